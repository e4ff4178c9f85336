import type { AnyBulkWriteOperation, Collection, UpdateFilter } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { DeadLetterLimits } from '../dead-letters.ts';
import type { Delivery, DeliveryOutcome, Horizon, StoredDelivery } from '../delivery.ts';
import type { Outbox } from '../outbox.ts';
import {
  type DeliveryDocument,
  deliveryKey,
  graveOf,
  type Owner,
  ownerOf,
  queue,
  toDeliveryDocument,
  toStoredDelivery,
} from './delivery-document.ts';
import { DeliveryHorizon } from './delivery-horizon.ts';
import { forgetSomeDead, ownersOfDead } from './forget-dead-letters.ts';
import { insertInOrder } from './insert-in-order.ts';
import { rangeOf } from './keys.ts';
import type { StampSource } from './stamps.ts';
import { inTurn } from './turns.ts';

type Settled = Parameters<Outbox['settle']>[0];

/** Places in queues that are read at a time. */
const AT_ONCE = 64;
/** Text read in one go, so that a few hundred large Entities do not fill the memory. */
const READ_AT_ONCE = 16 * 1024 * 1024;

/** Notifications that wait for their receivers, and for a time those that ended. */
export class Deliveries {
  readonly #collection: Collection<DeliveryDocument>;
  readonly #stamps: StampSource;
  readonly #now: () => Micros;
  readonly #turns = inTurn();
  readonly #horizon = new DeliveryHorizon();

  constructor(collection: Collection<DeliveryDocument>, stamps: StampSource, now: () => Micros) {
    this.#collection = collection;
    this.#stamps = stamps;
    this.#now = now;
  }

  /** Adds those that are not there yet, in the order of their stamps: that is their order in the log. */
  add(deliveries: readonly Delivery[]): Promise<void> {
    return this.#turns('add', async () => {
      const stamped = deliveries.map((delivery) => toDeliveryDocument(delivery, this.#stamps.next().text));
      await insertInOrder(this.#collection, stamped);
      this.#horizon.note(stamped.slice(-1).flatMap(({ logged }) => logged ?? []));
    });
  }

  async waiting(
    tenant: string,
    subscriptionId: string,
    limit: number,
    after = '',
  ): Promise<readonly StoredDelivery[]> {
    const place = queue.waitingBehind(tenant, subscriptionId, after);
    const cursor = this.#collection.find({ place }).sort({ place: 1 }).limit(limit);
    const found: StoredDelivery[] = [];
    let length = 0;
    for await (const document of cursor) {
      found.push(toStoredDelivery(document));
      length += document.change.length;
      if (length > READ_AT_ONCE) break;
    }
    await cursor.close();
    this.#horizon.note(found.flatMap(({ logged }) => logged ?? []));
    return found;
  }

  /** What this process has written or seen, and what is there with it. */
  horizon(): Horizon {
    return this.#horizon.now();
  }

  /** From one queue to the next, short ones many at a time: the cost follows the number of Subscriptions that have some. */
  async owners(): Promise<readonly Owner[]> {
    const owners: Owner[] = [];
    let place: { readonly $gte: string; readonly $lt: string } = queue.allWaiting();
    for (;;) {
      const found = await this.#collection
        .find({ place })
        .sort({ place: 1 })
        .limit(AT_ONCE)
        .project<Pick<DeliveryDocument, 'place'>>({ _id: 0, place: 1 })
        .toArray();
      for (const owner of found.map((each) => ownerOf(each.place)))
        if (!isSame(owner, owners.at(-1))) owners.push(owner);
      const last = owners.at(-1);
      if (!last || found.length < AT_ONCE) return owners;
      place = queue.waitingOfOthers(last.tenant, last.subscriptionId);
    }
  }

  /** What makes the marks of the attempts the same when the returned function is called again. */
  settling(settled: Settled): () => Promise<void> {
    const operations = settled.map(({ delivery, outcome }) => this.#toOperation(delivery, outcome));
    return async () => {
      if (operations.length > 0) await this.#collection.bulkWrite(operations, { ordered: false });
    };
  }

  ownersOfDead(): Promise<readonly Owner[]> {
    return ownersOfDead(this.#collection);
  }

  forgetSomeDead(owner: Owner, limits: DeadLetterLimits): Promise<boolean> {
    return forgetSomeDead(this.#collection, owner, limits);
  }

  async drop(tenant: string, subscriptionId: string): Promise<void> {
    await this.#collection.deleteMany({ _id: rangeOf(tenant, subscriptionId) });
  }

  /** Forgets what was delivered before that time. */
  async forgetDelivered(before: Micros): Promise<void> {
    await this.#collection.deleteMany({ place: queue.deliveredBefore(before) });
  }

  /** Matches a delivery that still waits: what ended, here or in another process, stays ended. */
  #toOperation(delivery: Delivery, outcome: DeliveryOutcome): AnyBulkWriteOperation<DeliveryDocument> {
    const update: UpdateFilter<DeliveryDocument> = {
      $set: this.#membersAfter(delivery, outcome),
      $addToSet: { attempts: this.#stamps.next().text },
    };
    // What was taken back from the dead letters meanwhile is another matter than what was tried.
    const replayedAt = delivery.replayedAt ?? { $exists: false };
    const filter = { _id: deliveryKey(delivery), place: queue.waiting(delivery), replayedAt };
    return { updateOne: { filter, update } };
  }

  #membersAfter(delivery: Delivery, outcome: DeliveryOutcome): Partial<DeliveryDocument> {
    switch (outcome.kind) {
      case 'delivered':
        return { place: queue.delivered(this.#now()) };
      case 'retry':
        return { dueAt: outcome.dueAt, lastError: outcome.error };
      case 'dead':
        return {
          place: queue.dead(delivery),
          dead: graveOf(delivery, this.#now()),
          lastError: outcome.error,
        };
    }
  }
}

function isSame(one: Owner, other: Owner | undefined): boolean {
  return one.tenant === other?.tenant && one.subscriptionId === other.subscriptionId;
}
