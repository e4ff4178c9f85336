import type { Change } from '../domain/change/changes.ts';
import type { AttributeKind, Entity, Micros } from '../domain/entity.ts';
import type { Condition } from '../domain/query/condition.ts';
import type { KeyValuePair } from '../domain/subscription/subscription.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { Documents } from './documents.ts';
import type { HistoryPart, Outbox } from './outbox.ts';
import type { TemporalStore } from './temporal-store.ts';

/**
 * The store contract. Every driver folder (sqlite, mongo) implements exactly this; one contract test suite runs on
 * both. Errors: `NgsiLdError('Unavailable')` while the database cannot be reached, `NgsiLdError('EntityTooLarge')`
 * for an Entity over 4 MB; anything else that is thrown is a programmer's error.
 */
export interface Store {
  /** The data of one tenant. The default tenant is the empty string. Cheap: call it per request. */
  of(tenant: string): TenantStore;
  /** Names of the tenants that exist; the default tenant always exists and is not listed. */
  tenants(): Promise<readonly string[]>;
  /** True when the tenant exists. Answers from memory where it can: called on every request. */
  hasTenant(tenant: string): boolean | Promise<boolean>;
  /** Makes the tenant, durably; no effect when it exists. */
  createTenant(tenant: string): Promise<void>;
  /** What was committed and waits to be folded, and what waits to be delivered, of all tenants. */
  readonly outbox: Outbox;
  /** The deliveries of all tenants, for those who follow them. */
  readonly deliveryLog: DeliveryLog;
  /** Small keyed JSON documents of all tenants: subscriptions, @contexts, their status. */
  readonly documents: Documents;
  /**
   * Hands the relay's drain to the store: it folds every pending change record of one Entity before it resolves.
   * `temporal` calls it before it reads or edits an Entity that has some. To be set once, before the first request.
   */
  setDrain(drain: Drain): void;
  /**
   * Tells what goes into the history of the ends of Entities whose expiresAt has come: all, until it is set. The end is
   * that of `endExpired`, and notifies nobody. It is recorded before the next change of the Entity, before its history is
   * read or edited, and else when there is time. `partOf` is pure and synchronous, and never throws.
   */
  setKeptEnds(partOf: (end: Change) => HistoryPart): void;
  /** Resolves when the database answers; rejects with `NgsiLdError('Unavailable')` otherwise. For /health/ready. */
  ping(): Promise<void>;
  /** Ends what is under way, then closes. Idempotent. */
  close(): Promise<void>;
}

/** Folds every pending change record of one Entity. */
export type Drain = (tenant: string, entityId: string) => Promise<void>;

/** What `decide` makes of the current Entity. Without `change` nothing is written. */
export interface Decision<T> extends HistoryPart {
  readonly answer: T;
  readonly change?: Change;
  /** Ids of the Subscriptions that this change notifies. */
  readonly notify?: readonly string[];
  /** Goes into the change record, so that logs can be followed from the request to the notification. */
  readonly correlationId?: string;
  /** Headers of the request that the Subscriptions in `notify` want copied; names in lower case. */
  readonly requestHeaders?: readonly KeyValuePair[];
}

export interface TenantStore {
  /**
   * The only way to write an Entity. `decide` is pure and synchronous: it may be called again with a newer `current`
   * (a lost compare-and-set), and what it throws rejects this call alone and writes nothing. The new state and one
   * change record (none where nobody needs it) are committed in one atomic step; the promise resolves after the commit
   * is durable.
   * Calls made in one event-loop turn share a commit; on the same id each sees what the one before it did.
   * `now` is strictly greater than every `now` given to an earlier change of the same Entity.
   * `decide` gets `undefined` for an Entity that does not exist or has expired (`expiresAt` in the past).
   */
  change<T>(id: string, decide: (current: Entity | undefined, now: Micros) => Decision<T>): Promise<T>;
  /** The current state, or undefined. Expired Entities do not exist for readers. */
  get(id: string): Promise<Entity | undefined>;
  /** The current states of those that exist, by id: many for the price of a few. */
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Entity>>;
  /**
   * Entities that meet the Condition, in creation order (kept by replace), as pages that end their read transaction
   * between each other. `after` continues behind the position of an Entity met before. May give Entities that do
   * not match when the Condition is inexact for this driver: the caller always filters with the exact evaluator
   * unless `isExact` says otherwise.
   */
  find(condition: Condition, page?: FindPage): AsyncIterable<readonly Entity[]>;
  /** The number of Entities that meet the Condition. Only call it when `isExact(condition)`. */
  count(condition: Condition): Promise<number>;
  /** True when this driver judges the Condition exactly, so that skip, limit and count can be left to it. */
  isExact(condition: Condition): boolean;
  /**
   * The types that Entities have, or one of them where there are Entities of it, with the Attributes of those of each.
   * Without what has expired; cost follows the number of types and of different Attributes, not that of Entities.
   */
  census(type?: string): Promise<ReadonlyMap<string, TypeCensus>>;
  /** Number of instances that the Attribute has in all Entities, without what has expired. */
  attributeCount(attribute: string): Promise<number>;
  readonly temporal: TemporalStore;
}

/** The Attributes that Entities of a type have, by IRI, with the kinds in which they are there. */
export type TypeCensus = ReadonlyMap<string, ReadonlySet<AttributeKind>>;

export interface FindPage {
  /** Entities to skip; only when the Condition is exact. */
  readonly offset?: number;
  /** About how many Entities the caller will take: pages are sized by it, and go on while the caller does. */
  readonly limit?: number;
  /** IRIs: of their Attributes the caller looks at these alone, and the others may be missing. */
  readonly attributes?: readonly string[];
}
