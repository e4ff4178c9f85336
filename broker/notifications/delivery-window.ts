import type { Delivery, Outbox, StoredDelivery } from '../store/store.ts';

interface WindowParts {
  readonly outbox: Pick<Outbox, 'deliveries'>;
  /** The most deliveries in memory. */
  readonly size: number;
  /** Gets every delivery once, in commit order within an Entity. */
  readonly onDelivery: (delivery: StoredDelivery) => void;
}

/**
 * The part of a Subscription's pending deliveries that is in memory; the rest stays in the store until there is room.
 * So a dead endpoint costs a bounded piece of memory, however much waits for it.
 */
export class DeliveryWindow {
  readonly #of: { readonly tenant: string; readonly subscriptionId: string };
  readonly #parts: WindowParts;
  readonly #inMemory = new Set<string>();
  /** Settled while a page was being read: that page may still show them as pending. */
  readonly #settledMeanwhile = new Set<string>();
  /** True when the store may hold some that are not in memory. */
  #more = false;
  #offeredSince = false;
  #reading: Promise<void> | undefined;
  #cursor: string | undefined;

  constructor(of: { readonly tenant: string; readonly subscriptionId: string }, parts: WindowParts) {
    this.#of = of;
    this.#parts = parts;
  }

  /** Takes a delivery that has just been stored: into memory where nothing older waits in the store. */
  offer(delivery: Delivery): void {
    if (!this.#more && this.#inMemory.size < this.#parts.size)
      this.#take({ ...delivery, attempts: 0, dueAt: delivery.at });
    else this.expectMore();
  }

  /** From now on the store is to be read: it holds deliveries that are not in memory. */
  expectMore(): void {
    this.#more = true;
    this.#offeredSince = true;
  }

  /** Reads on from the store if there may be more and there is room. @throws what the store throws */
  async refill(): Promise<void> {
    if (this.#hasRoomForMore()) this.#reading ??= this.#readPages();
    await this.#reading;
  }

  /** Tells that the store knows how it ended, so that it will not be read again. */
  forget({ id }: Delivery): void {
    this.#inMemory.delete(id);
    if (this.#reading) this.#settledMeanwhile.add(id);
  }

  /** True when nothing is known to be pending, neither here nor in the store. */
  isEmpty(): boolean {
    return !this.#more && !this.#reading && this.#inMemory.size === 0;
  }

  #hasRoomForMore(): boolean {
    return this.#more && this.#inMemory.size <= this.#parts.size / 2;
  }

  async #readPages(): Promise<void> {
    try {
      while (this.#hasRoomForMore()) await this.#readPage();
    } finally {
      this.#reading = undefined;
      this.#settledMeanwhile.clear();
    }
  }

  async #readPage(): Promise<void> {
    const { outbox, size } = this.#parts;
    // Only a reading from the beginning is sure to meet what was offered before it.
    if (this.#cursor === undefined) this.#offeredSince = false;
    const page = await outbox.deliveries(this.#of.tenant, this.#of.subscriptionId, size, this.#cursor);
    for (const delivery of page) this.#take(delivery);
    this.#settledMeanwhile.clear();
    const isLast = page.length < size;
    this.#cursor = isLast ? undefined : page.at(-1)?.order;
    if (isLast) this.#more = this.#offeredSince;
  }

  #take(delivery: StoredDelivery): void {
    if (this.#inMemory.has(delivery.id) || this.#settledMeanwhile.has(delivery.id)) return;
    this.#inMemory.add(delivery.id);
    this.#parts.onDelivery(delivery);
  }
}
