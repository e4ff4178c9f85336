import type { Micros } from '../domain/entity.ts';
import type { StoredDelivery } from './delivery.ts';

/**
 * Deliveries of all Subscriptions in the order in which they became visible, whatever became of them since. A position
 * stands between two of them: nothing ever appears in front of a position that was given, so that who goes on from one
 * misses nothing and gets nothing twice. Changes of one Entity come in commit order; where several processes share the
 * store, two that were folded at the same moment by different ones may be swapped.
 */
export interface DeliveryLog {
  /** How long a delivery stays in the log at least. */
  readonly keptFor: Micros;
  /** The position behind everything that is in the log now. */
  end(): Promise<string>;
  /** False for a text that is no position of this log, such as one of another store or of a file that was put back. */
  has(position: string): boolean;
  /** Whose deliveries come behind a position: looks at about `limit` of them. */
  arrivals(after: string, limit: number): Promise<Arrivals>;
  /** Deliveries of one Subscription between two positions, at most `limit`, fewer where they are large. */
  read(of: LogOwner, range: LogRange, limit: number): Promise<LogPage>;
}

/** A Subscription that has deliveries. */
export interface LogOwner {
  readonly tenant: string;
  readonly subscriptionId: string;
}

/** What comes behind a position. */
export interface Arrivals {
  readonly of: readonly LogOwner[];
  /** How far it was looked; `after` itself when nothing comes behind it. */
  readonly position: string;
}

/** From behind one position to another, which is not in front of it. */
export interface LogRange {
  readonly after: string;
  readonly upTo: string;
}

export interface LoggedDelivery {
  readonly delivery: StoredDelivery;
  /** The position behind it. */
  readonly position: string;
}

export interface LogPage {
  readonly deliveries: readonly LoggedDelivery[];
  /** How far it was looked: `upTo` when there are no more. */
  readonly position: string;
}
