import type { Micros } from '../domain/entity.ts';
import type { Delivery, StoredDelivery } from './delivery.ts';

/** A delivery that is not tried any more, without what it tells of. */
export interface DeadLetter extends Omit<Delivery, 'change' | 'requestHeaders' | 'replayedAt'> {
  readonly diedAt: Micros;
  readonly attempts: number;
  readonly lastError: string;
}

/** Where a dead letter lies among those of its Subscription: by when it died, then by `order`. */
export type DeadLetterPlace = Pick<DeadLetter, 'diedAt' | 'order'>;

/** One that died at a certain time: what was taken back and died again is another one. */
export type DeadLetterName = DeadLetterPlace & Pick<DeadLetter, 'id'>;

export interface DeadLetterPage {
  /** Only what died at this time or later. */
  readonly since?: Micros;
  /** Only what lies behind. */
  readonly after?: DeadLetterPlace;
  readonly limit: number;
}

/** The dead letters of a Subscription, those that died first at the beginning. */
export interface DeadLetters {
  /** The first Subscription of the tenant that has some, of those whose ids come behind `after`, each once in turn. */
  next(tenant: string, after?: string): Promise<string | undefined>;
  /** A page of them; cost and memory follow its limit, not the size of the Entities. */
  list(tenant: string, subscriptionId: string, page: DeadLetterPage): Promise<readonly DeadLetter[]>;
  /** The one with this `order`, and what it tells of. */
  get(
    tenant: string,
    subscriptionId: string,
    order: string,
  ): Promise<(DeadLetter & StoredDelivery) | undefined>;
  /**
   * Puts them back among the pending deliveries, to their place in `order`, as if they had never been tried; answers how
   * many of them still were dead letters. Durable; without effect on the others.
   */
  replay(tenant: string, subscriptionId: string, some: readonly DeadLetterName[]): Promise<number>;
  /** Takes them away for good, with the same answer. */
  drop(tenant: string, subscriptionId: string, some: readonly DeadLetterName[]): Promise<number>;
}

/** Which dead letters of a Subscription are kept. */
export interface DeadLetterLimits {
  /** Only what died at this time or later. */
  readonly since: Micros;
  /** So many at most. */
  readonly most: number;
}
