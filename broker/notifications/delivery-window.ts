import type { Delivery, Horizon, StoredDelivery } from '../store/delivery.ts';
import type { Outbox } from '../store/outbox.ts';
import type { BudgetShare } from './delivery-budget.ts';
import { HeldDeliveries } from './held-deliveries.ts';

export interface DeliveryWindowParts {
  readonly outbox: Pick<Outbox, 'deliveries' | 'horizon'>;
  readonly budget: BudgetShare;
  /** Gets every delivery once, in commit order within an Entity. */
  readonly onDelivery: (delivery: StoredDelivery) => void;
}

/** A page that was read. */
interface Reading {
  /** Where the rest began before. */
  readonly rest: string | undefined;
  readonly start: string;
  /** Entities of which it showed some that did not come in. */
  readonly left: ReadonlySet<string>;
}

/** The most deliveries of one Entity in memory, so that one that its receiver refuses leaves room for the others. */
const PER_ENTITY = 8;
/** What of a backlog is read again and again for the sake of what may have come in between. */
const LONG = 2000;
/** Before every place: the store is to be read from its beginning. */
const BEGINNING = '';

/**
 * The part of a Subscription's pending deliveries that is in memory; the rest stays in the store until there is room.
 * So a dead endpoint costs a bounded piece of memory, however much waits for it. What is left in the store is known by
 * where it begins, for the Entities that are behind one by one: so a row is read about once on its way in, and a
 * long backlog of an Entity that does not go on is not read again for the sake of the others.
 *
 * What other processes store while the pages from the beginning on are read comes in with the next reading from the
 * beginning: what precedes it of its Entity may belong to a page that was read before it was there.
 */
export class DeliveryWindow {
  readonly #of: { readonly tenant: string; readonly subscriptionId: string };
  readonly #parts: DeliveryWindowParts;
  readonly #held: HeldDeliveries;
  /** What lies behind this place may be in the store alone, of any Entity; undefined when nothing is. */
  #restAfter: string | undefined;
  /** The same for Entities that had as much in memory as one may have: up to there all of theirs has come in. */
  readonly #behind = new Map<string, string>();
  /** What was in the store when it was last begun to be read from its beginning: only that comes in. */
  #horizon: Horizon;
  /** Entities of which something was met since then that was not. */
  readonly #unsure = new Set<string>();
  #reading: Promise<void> | undefined;
  /** True when the store is to be read from its beginning after the page in hand. */
  #isExpecting = false;
  /** True when it is to be so once it has been read to its end. */
  #isExpectingOthers = false;
  /** How many were shown since it was read to its end. */
  #passed = 0;
  /** Offered while a page was being read: that page may not show them. */
  #offered: Delivery[] = [];
  /** Settled while a page was being read: that page may still show them. */
  readonly #settled = new Set<string>();
  /** What those of the last page weighed, on average. */
  #usual = 1;
  #closed = false;

  constructor(of: { readonly tenant: string; readonly subscriptionId: string }, parts: DeliveryWindowParts) {
    this.#of = of;
    this.#parts = parts;
    this.#held = new HeldDeliveries(parts.budget);
    this.#horizon = parts.outbox.horizon();
  }

  /** Takes a delivery that has just been stored: into memory where nothing older waits in the store. */
  offer(delivery: Delivery): void {
    const { id, entityId, order } = delivery;
    // A page may have shown it before its writer tells of it.
    if (this.#held.has(id)) return;
    if (this.#reading) this.#offered.push(delivery);
    if (this.#restAfter !== undefined || this.#held.room() <= 0)
      this.#restAfter = least(this.#restAfter, before(order));
    else if (this.#behind.has(entityId) || this.#isFull(entityId)) this.#leave(delivery);
    else this.#take({ ...delivery, attempts: 0, dueAt: delivery.at });
  }

  /** From now on the store is to be read from its beginning: it holds deliveries that are not in memory. */
  expectMore(): void {
    this.#restAfter = BEGINNING;
    this.#isExpecting = true;
  }

  /**
   * The same of what other processes may have put there lately. In a long backlog it begins anew only when the store has
   * been read to its end: who is told of others all the time must come there.
   */
  expectOthers(): void {
    if (this.#passed < LONG) this.expectMore();
    else this.#isExpectingOthers = true;
  }

  /** Reads on from the store if there may be more and there is room. @throws what the store throws */
  async refill(): Promise<void> {
    if (this.#isWanting()) this.#reading ??= this.#readPages();
    await this.#reading;
  }

  /** Tells that the store knows how it ended, so that it will not be read again. */
  forget(delivery: Delivery): void {
    if (this.#reading) this.#settled.add(delivery.id);
    this.#held.remove(delivery);
  }

  /** Gives up its part of the budget; not to be used any more. */
  close(): void {
    this.#closed = true;
    this.#held.clear();
  }

  /** True while pages are read, which goes on for as long as there is something to read and room for it. */
  isReading(): boolean {
    return this.#reading !== undefined;
  }

  /** True when the store holds some that are not in memory. */
  hasMore(): boolean {
    return this.#restAfter !== undefined || this.#behind.size > 0 || this.#reading !== undefined;
  }

  /** True when these, which are held, are most of what may be: the rest of what belongs together is in the store. */
  isMostly(some: readonly Delivery[]): boolean {
    return this.#held.weight(some) > this.#parts.budget.share() / 2;
  }

  /** True when nothing is known to be pending, neither here nor in the store. */
  isEmpty(): boolean {
    return !this.hasMore() && this.#held.isEmpty();
  }

  #isWanting(): boolean {
    if (this.#closed || this.#held.weight() > this.#parts.budget.share() / 2) return false;
    return this.#restAfter !== undefined || !this.#wanting().next().done;
  }

  /** Entities that are behind and have room, and where they are to go on. */
  *#wanting(): Generator<readonly [entityId: string, after: string]> {
    for (const entry of this.#behind) if (this.#held.countOf(entry[0]) <= PER_ENTITY / 2) yield entry;
  }

  async #readPages(): Promise<void> {
    try {
      for (let pages = 0; this.#isWanting(); pages += 1) {
        // A store that answers at once must not keep everybody else waiting while a long backlog is read through.
        if (pages > 0) await new Promise((resolve) => void setImmediate(resolve));
        if (this.#isWanting()) await this.#readPage(pages);
      }
    } finally {
      this.#reading = undefined;
      this.#offered = [];
      this.#settled.clear();
    }
  }

  async #readPage(pages: number): Promise<void> {
    const wanting = [...this.#wanting()];
    const rest = this.#restAfter;
    const start = wanting.reduce((place, [, after]) => least(place, after), rest) ?? BEGINNING;
    this.#offered = [];
    this.#isExpecting = false;
    if (start === BEGINNING) this.#lookAnew();
    const { tenant, subscriptionId } = this.#of;
    const limit = this.#pageSize(wanting.length, pages);
    const page = await this.#parts.outbox.deliveries(tenant, subscriptionId, limit, start);
    if (this.#closed) return;
    const { seen, left } = this.#takeFrom(page, start);
    if (this.#closed) return;
    this.#settled.clear();
    this.#goOn(seen, { rest, start, left });
  }

  /** As much as there is room for; where only a few Entities are behind, first what they alone may have. */
  #pageSize(wanting: number, pages: number): number {
    const room = Math.max(1, Math.ceil(this.#held.room() / this.#usual));
    return this.#restAfter === undefined
      ? Math.min(room, wanting * PER_ENTITY * 2 ** Math.min(pages, 10))
      : room;
  }

  /**
   * Takes what may come in of a page that begins behind `start`, until memory is full; answers how much of the page was
   * looked at, at least its first, and of which Entities some was left.
   */
  #takeFrom(page: readonly StoredDelivery[], start: string) {
    const left = new Set<string>();
    const taken: number[] = [];
    let room = Math.max(1, this.#held.room());
    const isSeen = (delivery: StoredDelivery): boolean => {
      // What came in may have shown that the Subscription is another process's by now.
      if (room <= 0 || this.#closed) return false;
      const weight = this.#takeNext(delivery, start, left);
      if (weight !== undefined) taken.push(weight);
      room -= weight ?? 0;
      return true;
    };
    const end = page.findIndex((delivery) => !isSeen(delivery));
    if (taken.length > 0) this.#usual = taken.reduce((sum, weight) => sum + weight) / taken.length;
    return { seen: end < 0 ? page : page.slice(0, end), left };
  }

  /** Answers the weight of one that came in. One that did not is noted in `left`, unless it need not come in. */
  #takeNext(delivery: StoredDelivery, start: string, left: Set<string>): number | undefined {
    const { id, entityId, order } = delivery;
    if (this.#held.has(id) || this.#settled.has(id)) return undefined;
    const known = this.#behind.get(entityId);
    // Of what is left behind nothing later may come in, or the order within the Entity were lost.
    const isNext = known === undefined || start <= known || order <= known;
    if (isNext && !left.has(entityId) && !this.#isFull(entityId))
      return this.#isSure(delivery) ? this.#take(delivery) : undefined;
    // All that comes before the first that is left has come in.
    if (isNext && !left.has(entityId)) this.#behind.set(entityId, before(order));
    left.add(entityId);
    return undefined;
  }

  #lookAnew(): void {
    this.#horizon = this.#parts.outbox.horizon();
    this.#unsure.clear();
  }

  /** False for what others have stored since, and what follows of its Entity: both wait for the next look. */
  #isSure(delivery: StoredDelivery): boolean {
    const { entityId } = delivery;
    if (!this.#unsure.has(entityId) && this.#horizon(delivery)) return true;
    this.#unsure.add(entityId);
    this.#behind.delete(entityId);
    this.expectOthers();
    return false;
  }

  /** Notes how far everything has come in, now that the page was read. */
  #goOn(page: readonly StoredDelivery[], { rest, start, left }: Reading): void {
    // Large deliveries come in pages that are not full: only an empty one is the last.
    const end = page.at(-1)?.order;
    this.#restAfter = this.#restBehind(page, rest);
    this.#passed += page.length;
    if (this.#restAfter === undefined) this.#endPass();
    for (const [entityId, known] of this.#behind) {
      if (known < start || left.has(entityId)) continue;
      const isWithRest = end === undefined || (this.#restAfter !== undefined && this.#restAfter <= end);
      if (isWithRest) this.#behind.delete(entityId);
      else this.#behind.set(entityId, greatest(known, end));
    }
  }

  #endPass(): void {
    this.#passed = 0;
    if (this.#isExpectingOthers) this.#restAfter = BEGINNING;
    this.#isExpectingOthers = false;
  }

  /** Where what no page has shown yet begins; undefined at the end. */
  #restBehind(page: readonly StoredDelivery[], rest: string | undefined): string | undefined {
    const end = page.at(-1)?.order;
    const shown = new Set(page.map(({ id }) => id));
    const unseen = this.#offered.filter(({ id }) => !shown.has(id) && !this.#held.has(id));
    const goneOn = rest === undefined || end === undefined ? undefined : greatest(rest, end);
    return unseen.reduce<string | undefined>(
      (place, { order }) => least(place, before(order)),
      this.#isExpecting ? BEGINNING : goneOn,
    );
  }

  /** Leaves it in the store, and with it all that follows of its Entity. */
  #leave({ entityId, order }: Delivery): void {
    const place = least(this.#behind.get(entityId), before(order));
    if (place !== undefined) this.#behind.set(entityId, place);
  }

  #isFull(entityId: string): boolean {
    return this.#held.countOf(entityId) >= PER_ENTITY;
  }

  /** Answers its weight. */
  #take(delivery: StoredDelivery): number {
    const weight = this.#held.add(delivery);
    this.#parts.onDelivery(delivery);
    return weight;
  }
}

/** A place before this one with hardly any between: orders are texts, and a text comes behind its own beginning. */
function before(order: string): string {
  return order.slice(0, -1);
}

function greatest(one: string, other: string): string {
  return one < other ? other : one;
}

function least(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
