import type { Change } from '../domain/change/changes.ts';
import type { Micros } from '../domain/entity.ts';
import type { KeyValuePair } from '../domain/subscription/subscription.ts';
import type { DeadLetterLimits, DeadLetters } from './dead-letters.ts';
import type { Delivery, DeliveryOutcome, Horizon, StoredDelivery } from './delivery.ts';
import type { HistoryEntity, HistoryInstance } from './temporal-store.ts';

/** What of a change goes into the history, where that is not the whole of it. */
export interface HistoryPart {
  /** Nothing. */
  readonly isHistory?: false;
  /** Only the ends of what the history tells of: see `endsRecorded`. */
  readonly endsOnly?: true;
}

/**
 * What a commit leaves for the relay: one per change, in commit order within an Entity. A store that writes the history
 * of a change in the commit of the change leaves one where somebody is notified, and says that it `isHistory` no more.
 * A record that notifies somebody holds the whole change. One that notifies nobody may be slimmer, holding what the
 * history needs: its `change.entity` and `change.before` then may lack `attributes` (an empty object), but for those of
 * `before` that are not recorded yet, and the attribute changes their `before` where they have an `after`.
 */
export interface ChangeRecord extends HistoryPart {
  readonly tenant: string;
  /** Write stamp: unique, increasing within the Entity, never reused. */
  readonly stamp: string;
  readonly change: Change;
  readonly notify: readonly string[];
  readonly at: Micros;
  readonly correlationId?: string;
  readonly requestHeaders?: readonly KeyValuePair[];
}

/**
 * What the history keeps of a change record. Ids of instances follow from the record, so that the same one always gives
 * the same.
 */
export type HistoryOf = (record: ChangeRecord) => {
  readonly entity: HistoryEntity;
  readonly instances: readonly HistoryInstance[];
};

export interface Outbox {
  /** Calls back, soon after a commit of this process left change records. */
  onCommitted(listener: () => void): void;
  /** The oldest change records not yet folded, at most `limit`, of any tenant, or of one Entity when given. */
  pending(
    limit: number,
    of?: { readonly tenant: string; readonly entityId: string },
  ): Promise<readonly ChangeRecord[]>;
  /**
   * Writes what the records became and takes the records away, idempotently and so that a crash at any moment loses
   * nothing: rows first (or in one transaction), records last.
   */
  fold(records: readonly ChangeRecord[], rows: Folded): Promise<void>;
  /**
   * Deliveries in state pending behind `after` (an `order` cursor, exclusive), oldest first, of one Subscription: at most
   * `limit`, fewer where they are large. Only an empty answer tells that there are no more. What other processes store
   * meanwhile may be missing from the page that it belongs to, and the next one of its Entity be on a later page: a
   * `horizon` from before the first page tells which those are.
   */
  deliveries(
    tenant: string,
    subscriptionId: string,
    limit: number,
    after?: string,
  ): Promise<readonly StoredDelivery[]>;
  /** What is in the store now, as far as this process can tell: at least what it stored or was given. In memory. */
  horizon(): Horizon;
  /** Subscriptions that have pending deliveries. */
  subscriptionsWithDeliveries(): Promise<
    readonly { readonly tenant: string; readonly subscriptionId: string }[]
  >;
  /** Records outcomes, durably; delivered rows are kept for a bounded time, dead ones until dropped or forgotten. */
  settle(
    outcomes: readonly { readonly delivery: Delivery; readonly outcome: DeliveryOutcome }[],
  ): Promise<void>;
  /** What the dead letters are and what becomes of them. */
  readonly dead: DeadLetters;
  /** Subscriptions that have dead letters. */
  subscriptionsWithDeadLetters(): Promise<
    readonly { readonly tenant: string; readonly subscriptionId: string }[]
  >;
  /**
   * Takes away dead letters of one Subscription that are beyond the limits, those that died first, a piece of them at a
   * time: true when more may be left. Any number of processes may do so at once.
   */
  forgetDeadLetters(tenant: string, subscriptionId: string, limits: DeadLetterLimits): Promise<boolean>;
  /** Takes away all deliveries of a Subscription that was deleted. */
  dropDeliveries(tenant: string, subscriptionId: string): Promise<void>;
}

export interface Folded {
  readonly history: readonly {
    readonly tenant: string;
    readonly entity: HistoryEntity;
    readonly instances: readonly HistoryInstance[];
  }[];
  readonly deliveries: readonly Delivery[];
}
