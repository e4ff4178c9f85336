import type { Change } from '../domain/change/changes.ts';
import type { Micros } from '../domain/entity.ts';
import type { KeyValuePair } from '../domain/subscription/subscription.ts';

/** A notification that waits for its receiver. Its id follows from stamp and Subscription, so folding again adds none. */
export interface Delivery {
  readonly id: string;
  readonly tenant: string;
  readonly subscriptionId: string;
  readonly entityId: string;
  /** Grows in commit order within an Entity and a Subscription, compared as text. */
  readonly order: string;
  readonly at: Micros;
  readonly change: Change;
  readonly correlationId?: string;
  readonly requestHeaders?: readonly KeyValuePair[];
  /** When it was last taken back from the dead letters, if it was: its age counts from then. */
  readonly replayedAt?: Micros;
}

export interface StoredDelivery extends Delivery {
  readonly attempts: number;
  readonly dueAt: Micros;
  readonly lastError?: string;
  /** Where it is in the log, for a `Horizon` of the same store. */
  readonly logged?: string;
}

/**
 * What was surely in the store at a moment. With a delivery that was, all before it of its Entity and Subscription were,
 * though not each of them may be known to have been.
 */
export type Horizon = (delivery: StoredDelivery) => boolean;

export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly dueAt: Micros; readonly error: string }
  | { readonly kind: 'dead'; readonly error: string };
