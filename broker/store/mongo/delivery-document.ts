import type { Micros } from '../../domain/entity.ts';
import type { KeyValuePair } from '../../domain/subscription/subscription.ts';
import type { Delivery, StoredDelivery } from '../delivery.ts';
import { parseChangeText, toChangeText } from './change-text.ts';
import { behind, keyOf, partsOf, prefixOf, rangeOf } from './keys.ts';
import { loggedAt } from './log-positions.ts';

/** A delivery, from the folding of its record until some time after it ended. */
export interface DeliveryDocument {
  /** Tenant, Subscription and id of the delivery: folding again finds it there. */
  readonly _id: string;
  /** Which queue it stands in and where; the one index of all queues. */
  readonly place: string;
  /** Where it is in the log (see `loggedAt`); those from before there was one have none. */
  readonly logged?: string;
  readonly order: string;
  readonly entityId: string;
  readonly at: Micros;
  readonly change: string;
  readonly correlationId?: string;
  readonly requestHeaders?: readonly KeyValuePair[];
  readonly dueAt: Micros;
  /** One mark an attempt: a mark that is written again, because a reply was lost, counts once. */
  readonly attempts: readonly string[];
  readonly lastError?: string;
  /** Only on a dead letter, those of a Subscription by the time at which they died: see `graveOf`. */
  readonly dead?: string;
  /** When it was last taken back from the dead letters. */
  readonly replayedAt?: Micros;
}

const HEX_DIGITS = 14;

/** What the place of a delivery follows from. */
type Stands = Pick<Delivery, 'tenant' | 'subscriptionId' | 'order'>;

/** The queues that a delivery goes through. */
export const queue = {
  /** Waiting, by Subscription and order. */
  waiting: ({ tenant, subscriptionId, order }: Stands) => keyOf('waiting', tenant, subscriptionId, order),
  waitingBehind: (tenant: string, subscriptionId: string, order: string) => ({
    $gt: keyOf('waiting', tenant, subscriptionId, order),
    $lt: behind('waiting', tenant, subscriptionId),
  }),
  /** Where the queues of the Subscriptions behind this one begin. */
  waitingOfOthers: (tenant: string, subscriptionId: string) => ({
    $gte: behind('waiting', tenant, subscriptionId),
    $lt: behind('waiting'),
  }),
  allWaiting: () => rangeOf('waiting'),
  /** Dead letters, by tenant and order. */
  dead: ({ tenant, subscriptionId, order }: Stands) => keyOf('dead', tenant, order, subscriptionId),
  /** Delivered, by time. */
  delivered: (at: Micros) => keyOf('delivered', hexOf(at)),
  deliveredBefore: (at: Micros) => ({ $gte: prefixOf('delivered'), $lt: queue.delivered(at) }),
} as const;

function hexOf(at: Micros): string {
  return at.toString(16).padStart(HEX_DIGITS, '0');
}

/** Whose deliveries they are. */
export interface Owner {
  readonly tenant: string;
  readonly subscriptionId: string;
}

/** Where a dead letter lies among those of its Subscription. */
export function graveOf(
  { tenant, subscriptionId, order }: Owner & Pick<Delivery, 'order'>,
  diedAt: Micros,
): string {
  return keyOf(tenant, subscriptionId, hexOf(diedAt), order);
}

/** What a grave says of its dead letter. */
export function partsOfGrave(grave: string): Owner & { readonly diedAt: Micros; readonly order: string } {
  const [tenant = '', subscriptionId = '', diedAt = '', order = ''] = partsOf(grave, 4);
  return { tenant, subscriptionId, diedAt: Number.parseInt(diedAt, 16), order };
}

/** Tenant and Subscription of a place in the queue `waiting`. */
export function ownerOf(place: string): Owner {
  const [, tenant = '', subscriptionId = ''] = partsOf(place, 4);
  return { tenant, subscriptionId };
}

export function deliveryKey({ tenant, subscriptionId, id }: Owner & Pick<Delivery, 'id'>): string {
  return keyOf(tenant, subscriptionId, id);
}

/** Whose delivery has this `deliveryKey`. */
export function ownerOfKey(key: string): Owner {
  const [tenant = '', subscriptionId = ''] = partsOf(key, 3);
  return { tenant, subscriptionId };
}

/** The id in a `deliveryKey`. */
export function idOf(key: string): string {
  return partsOf(key, 3)[2] ?? '';
}

/** The document of a delivery that waits for its first attempt. */
export function toDeliveryDocument(delivery: Delivery, stamp: string): DeliveryDocument {
  const { order, entityId, at, change, correlationId, requestHeaders } = delivery;
  return {
    _id: deliveryKey(delivery),
    place: queue.waiting(delivery),
    logged: loggedAt(stamp),
    order,
    entityId,
    at,
    change: toChangeText(change),
    ...(correlationId !== undefined && { correlationId }),
    ...(requestHeaders !== undefined && { requestHeaders }),
    dueAt: at,
    attempts: [],
  };
}

export function toStoredDelivery(document: DeliveryDocument): StoredDelivery {
  const [tenant = '', subscriptionId = '', id = ''] = partsOf(document._id, 3);
  const { _id, place, change, attempts, dead, ...rest } = document;
  return { id, tenant, subscriptionId, ...rest, change: parseChangeText(change), attempts: attempts.length };
}
