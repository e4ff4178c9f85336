import type { Delivery, Outbox, StoredDelivery } from '../store/store.ts';
import type { DeliveryBudget } from './delivery-budget.ts';

export interface DeliveryWindowParts {
  readonly outbox: Pick<Outbox, 'deliveries'>;
  readonly budget: DeliveryBudget;
  /** Gets every delivery once, in commit order within an Entity. */
  readonly onDelivery: (delivery: StoredDelivery) => void;
}

/** The most deliveries of one Entity in memory, so that one that its receiver refuses leaves room for the others. */
const PER_ENTITY = 8;

/**
 * The part of a Subscription's pending deliveries that is in memory; the rest stays in the store until there is room.
 * So a dead endpoint costs a bounded piece of memory, however much waits for it. The store is read in passes from the
 * oldest delivery to the newest, which rest while there is no room.
 */
export class DeliveryWindow {
  readonly #of: { readonly tenant: string; readonly subscriptionId: string };
  readonly #parts: DeliveryWindowParts;
  readonly #inMemory = new Set<string>();
  readonly #counts = new Map<string, number>();
  /** True when the store may hold some that are not in memory, of any Entity. */
  #more = false;
  /** Entities of which the newer deliveries are in the store alone. */
  #behind = new Set<string>();
  #reading: Promise<void> | undefined;
  /** How far the pass has come. */
  #cursor: string | undefined;
  /** Entities of which the pass has left some behind. */
  #skipped = new Set<string>();
  /** True when the pass may have missed what was stored behind its back: another one is to follow. */
  #missed = false;
  /** Offered while a page was being read: that page may not show them. */
  #offered: Delivery[] = [];
  /** Settled while a page was being read: that page may still show them. */
  readonly #settled = new Set<string>();
  #closed = false;

  constructor(of: { readonly tenant: string; readonly subscriptionId: string }, parts: DeliveryWindowParts) {
    this.#of = of;
    this.#parts = parts;
  }

  /** Takes a delivery that has just been stored: into memory where nothing older waits in the store. */
  offer(delivery: Delivery): void {
    if (this.#reading) this.#offered.push(delivery);
    if (this.#more || this.#inMemory.size >= this.#parts.budget.share()) {
      this.#more = true;
      this.#missed ||= this.#cursor !== undefined && delivery.order <= this.#cursor;
    } else if (this.#isAtLimit(delivery.entityId, this.#behind)) this.#behind.add(delivery.entityId);
    else this.#take({ ...delivery, attempts: 0, dueAt: delivery.at });
  }

  /** From now on the store is to be read: it holds deliveries that are not in memory. */
  expectMore(): void {
    this.#more = true;
    this.#missed = true;
  }

  /** Reads on from the store if there may be more and there is room. @throws what the store throws */
  async refill(): Promise<void> {
    if (this.#isWanting()) this.#reading ??= this.#readPages();
    await this.#reading;
  }

  /** Tells that the store knows how it ended, so that it will not be read again. */
  forget({ id, entityId }: Delivery): void {
    if (this.#reading) this.#settled.add(id);
    if (!this.#inMemory.delete(id)) return;
    this.#parts.budget.add(-1);
    const left = this.#countOf(entityId) - 1;
    if (left > 0) this.#counts.set(entityId, left);
    else this.#counts.delete(entityId);
  }

  /** Gives up its part of the budget; not to be used any more. */
  close(): void {
    this.#closed = true;
    this.#parts.budget.add(-this.#inMemory.size);
    this.#inMemory.clear();
  }

  /** True when the store holds some that are not in memory. */
  hasMore(): boolean {
    return this.#more || this.#behind.size > 0 || this.#reading !== undefined;
  }

  /** True when nothing is known to be pending, neither here nor in the store. */
  isEmpty(): boolean {
    return !this.hasMore() && this.#inMemory.size === 0;
  }

  #isWanting(): boolean {
    if (this.#closed || this.#inMemory.size > this.#parts.budget.share() / 2) return false;
    return this.#more || [...this.#behind].some((entityId) => this.#countOf(entityId) <= PER_ENTITY / 2);
  }

  async #readPages(): Promise<void> {
    try {
      while (this.#isWanting()) {
        await this.#readPage();
        // A store that answers at once must not keep everybody else waiting while a long backlog is read through.
        if (this.#isWanting()) await new Promise((resolve) => void setImmediate(resolve));
      }
    } finally {
      this.#reading = undefined;
      this.#offered = [];
      this.#settled.clear();
      // What is behind is found again from the beginning; only a pass for all goes on from where it rests.
      if (!this.#more) this.#cursor = undefined;
    }
  }

  async #readPage(): Promise<void> {
    if (this.#cursor === undefined) {
      this.#skipped = new Set();
      this.#missed = false;
    }
    this.#offered = [];
    const { tenant, subscriptionId } = this.#of;
    const page = await this.#parts.outbox.deliveries(tenant, subscriptionId, this.#pageSize(), this.#cursor);
    if (this.#closed) return;
    for (const delivery of page) this.#consider(delivery);
    this.#settled.clear();
    const seen = new Set(page.map(({ id }) => id));
    const unseen = this.#offered.filter(({ id }) => !seen.has(id) && !this.#inMemory.has(id));
    const end = page.at(-1)?.order ?? this.#cursor;
    this.#missed ||= end !== undefined && unseen.some(({ order }) => order <= end);
    // Large deliveries come in pages that are not full: only an empty one is the last.
    if (page.length === 0 && unseen.length === 0) this.#endPass();
    else this.#cursor = end;
  }

  /** As much as there is room for; where only a few Entities are behind, first what they alone may have. */
  #pageSize(): number {
    const room = Math.max(1, this.#parts.budget.share() - this.#inMemory.size);
    if (this.#more || this.#cursor !== undefined) return room;
    return Math.min(room, this.#inMemory.size + this.#behind.size * PER_ENTITY);
  }

  #endPass(): void {
    this.#cursor = undefined;
    this.#more = this.#missed;
    this.#behind = this.#skipped;
  }

  #consider(delivery: StoredDelivery): void {
    if (this.#inMemory.has(delivery.id) || this.#settled.has(delivery.id)) return;
    // Of what is left behind nothing later may come in, or the order within the Entity were lost.
    if (this.#isAtLimit(delivery.entityId, this.#skipped)) this.#skipped.add(delivery.entityId);
    else this.#take(delivery);
  }

  #isAtLimit(entityId: string, left: ReadonlySet<string>): boolean {
    return left.has(entityId) || this.#countOf(entityId) >= PER_ENTITY;
  }

  #countOf(entityId: string): number {
    return this.#counts.get(entityId) ?? 0;
  }

  #take(delivery: StoredDelivery): void {
    this.#inMemory.add(delivery.id);
    this.#counts.set(delivery.entityId, this.#countOf(delivery.entityId) + 1);
    this.#parts.budget.add(1);
    this.#parts.onDelivery(delivery);
  }
}
