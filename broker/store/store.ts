import type { Change } from '../domain/change/changes.ts';
import type { Attribute, AttributeKind, Entity, Json, Micros } from '../domain/entity.ts';
import type { Condition } from '../domain/query/condition.ts';
import type { KeyValuePair } from '../domain/subscription/subscription.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { RollUpStore } from './roll-ups.ts';

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
   * Tells which ends of Entities whose expiresAt has come go into the history: all, until it is set. The end is that of
   * `endExpired`, and notifies nobody. It is recorded before the next change of the Entity, before its history is read or
   * edited, and else when there is time. `isKept` is pure and synchronous, and never throws.
   */
  setKeptEnds(isKept: (end: Change) => boolean): void;
  /** Resolves when the database answers; rejects with `NgsiLdError('Unavailable')` otherwise. For /health/ready. */
  ping(): Promise<void>;
  /** Ends what is under way, then closes. Idempotent. */
  close(): Promise<void>;
}

/** Folds every pending change record of one Entity. */
export type Drain = (tenant: string, entityId: string) => Promise<void>;

/** What `decide` makes of the current Entity. Without `change` nothing is written. */
export interface Decision<T> {
  readonly answer: T;
  readonly change?: Change;
  /** Ids of the Subscriptions that this change notifies. */
  readonly notify?: readonly string[];
  /** Goes into the change record, so that logs can be followed from the request to the notification. */
  readonly correlationId?: string;
  /** Headers of the request that the Subscriptions in `notify` want copied; names in lower case. */
  readonly requestHeaders?: readonly KeyValuePair[];
  /** Where the change goes into no history. Without `notify` it then leaves no change record. */
  readonly isHistory?: false;
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

/** One instance in the history of one Attribute of one Entity (clause 5.2.27 ff.). */
export interface HistoryInstance {
  /** `urn:ngsi-ld:Instance:…`, made by the relay from the write stamp, so that folding again makes no second row. */
  readonly instanceId: string;
  readonly entityId: string;
  /** IRI of the Attribute; `@type` and `@scope` for changes of type and scope. */
  readonly attribute: string;
  readonly kind: AttributeKind;
  readonly datasetId?: string;
  readonly observedAt?: Micros;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  /** Set on the instance that records a deletion. */
  readonly deletedAt?: Micros;
  /** The instance itself. For a deletion its value is NGSI-LD Null. */
  readonly attributeInstance: Attribute;
}

export type TimeProperty = 'observedAt' | 'createdAt' | 'modifiedAt' | 'deletedAt';

export interface HistoryQuery {
  readonly attributes?: readonly string[];
  readonly datasetIds?: readonly (string | undefined)[];
  readonly timeproperty: TimeProperty;
  /** Inclusive lower, exclusive upper bound on the time property; instances without it are left out when given. */
  readonly from?: Micros;
  readonly to?: Micros;
  /** The last n instances of each Attribute, newest first, when given; else all, oldest first. */
  readonly lastN?: number;
  /** The most instances of all Attributes together, from the first on in that order. Cost and memory follow it. */
  readonly limit?: number;
  /** The most text of them, about, in characters: a page ends before that, as with `limit`, though not before its first. */
  readonly weight?: number;
  /** Attributes that do not count and are not given. */
  readonly except?: readonly string[];
}

/** Whether there are instances, however many. */
export type PresenceQuery = Omit<HistoryQuery, 'lastN' | 'limit'>;

/** The instances that a HistoryQuery asks for, or the first of them (clause 6.3.10). */
export interface HistoryPage {
  /**
   * By Attribute IRI; each has some. A page ends at one moment for all Attributes and parts no instances of one moment,
   * except where those alone are more than its limit or weight. What lacks the time property is of the earliest moment.
   */
  readonly instances: ReadonlyMap<string, readonly HistoryInstance[]>;
  /** The first instance of each Attribute of which all come behind the page. */
  readonly later: ReadonlyMap<string, HistoryInstance>;
  /** True when nothing comes behind it. */
  readonly isWhole: boolean;
  /** True when it has some instances of one moment, and no room for the others. */
  readonly isCut: boolean;
}

/** What the history keeps of an Entity besides its instances; survives the Entity's deletion. */
export interface HistoryEntity {
  readonly id: string;
  readonly types: readonly string[];
  /**
   * Types that it had and has no more: queries find it by them as well. Given to be folded, those since the last fold; a
   * store keeps the others. Absent where there are none.
   */
  readonly formerTypes?: readonly string[];
  readonly scopes: readonly string[];
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly deletedAt?: Micros;
}

/** Where a walk through the Entities of a history goes on; only for the store that gave it. */
export type HistoryPosition = string;

/** Which Entities of the history may be asked for, and how many at once. Members that are absent do not restrict. */
export interface CandidateQuery {
  /** Only these, exactly. */
  readonly ids?: readonly string[];
  /** Only ids that begin so, or more. */
  readonly idStart?: string;
  /** IRIs: only Entities that have one of these types, or had one, or more. */
  readonly types?: readonly string[];
  /** IRIs: only Entities with instances of one of these Attributes, or more. */
  readonly attributes?: readonly string[];
  /** Only what comes behind. */
  readonly after?: HistoryPosition;
  /** The most on a page; there may be fewer, or none, though more come. At least 1. */
  readonly limit: number;
}

export interface Candidates {
  /** In the order in which they came to the history, which stays for as long as it has them. Each once. */
  readonly entities: readonly HistoryEntity[];
  /** Where the next page begins; undefined behind the last one. */
  readonly next?: HistoryPosition;
}

/** Of which dataset: the default one without a datasetId (clause 4.5.5). */
export type HistoryDatasets = 'all' | { readonly datasetId?: string };

/**
 * The history of the Entities of a tenant. Whatever reads or edits that of an Entity drains its pending change records
 * first, so that nothing is missed, and nothing that was taken away comes back. Edits do not touch the current state;
 * each is atomic, and durable when it resolves. What changes in the current Entity afterwards is added to what is left.
 */
export interface TemporalStore {
  /** Undefined when no history of this id is known. */
  getEntity(id: string): Promise<HistoryEntity | undefined>;
  /**
   * A page of the Entities that have a history, also those that are deleted. Never fewer than the query asks for, but
   * perhaps more: who asks judges. The first page (without `after`) drains what is pending of the tenant, or of `ids`.
   */
  candidates(query: CandidateQuery): Promise<Candidates>;
  instances(id: string, query: HistoryQuery): Promise<HistoryPage>;
  /**
   * IRIs of the Attributes that have instances which the query asks for, any `most` of them at most; often without a look
   * at the instances. It does not drain: who asks has found the Entity here before.
   */
  attributesWithin(id: string, query: PresenceQuery, most?: number): Promise<readonly string[]>;
  /**
   * Adds instances without touching the current state (temporal provision). An instance equal to a stored one in
   * attribute, datasetId, observedAt and content is dropped. Creates the HistoryEntity where there is none; a known one
   * gets the types that it lacks, for good, and stays as it is otherwise. True when there was none; of calls at once that
   * find none, for one of them.
   */
  append(entity: HistoryEntity, instances: readonly HistoryInstance[]): Promise<boolean>;
  /** Takes away all that is known of the Entity (clause 5.6.16). False when nothing was. */
  removeEntity(id: string): Promise<boolean>;
  /** Takes away the instances of an Attribute (clause 5.6.13). False when there were none. */
  removeAttribute(id: string, attribute: string, which: HistoryDatasets): Promise<boolean>;
  /**
   * Puts what `change` makes of an instance in its place (clause 5.6.14). `change` is pure and synchronous and may be
   * called again with a newer instance; it keeps `instanceId`, `entityId` and `attribute`, and what it throws rejects the
   * call and writes nothing. False when there is no such instance.
   */
  replaceInstance(
    id: string,
    attribute: string,
    instanceId: string,
    change: (old: HistoryInstance) => HistoryInstance,
  ): Promise<boolean>;
  /** Takes away one instance (clause 5.6.15). False when there was none. */
  removeInstance(id: string, attribute: string, instanceId: string): Promise<boolean>;
  /** What older instances were rolled up to. It goes with the history that is taken away. */
  readonly rollUps: RollUpStore;
}

/**
 * What a commit leaves for the relay: one per change, in commit order within an Entity. A store that writes the history
 * of a change in the commit of the change leaves one where somebody is notified, and says that it `isHistory` no more.
 * A record that notifies somebody holds the whole change. One that notifies nobody may be slimmer, holding what the
 * history needs: its `change.entity` and `change.before` then may lack `attributes` (an empty object), and the attribute
 * changes their `before` where they have an `after`.
 */
export interface ChangeRecord {
  readonly tenant: string;
  /** Write stamp: unique, increasing within the Entity, never reused. */
  readonly stamp: string;
  readonly change: Change;
  readonly notify: readonly string[];
  readonly at: Micros;
  readonly correlationId?: string;
  readonly requestHeaders?: readonly KeyValuePair[];
  /** Where nothing of it goes into the history. */
  readonly isHistory?: false;
}

/**
 * What the history keeps of a change record. Ids of instances follow from the record, so that the same one always gives
 * the same.
 */
export type HistoryOf = (record: ChangeRecord) => {
  readonly entity: HistoryEntity;
  readonly instances: readonly HistoryInstance[];
};

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

export interface Folded {
  readonly history: readonly {
    readonly tenant: string;
    readonly entity: HistoryEntity;
    readonly instances: readonly HistoryInstance[];
  }[];
  readonly deliveries: readonly Delivery[];
}

/** A keyed JSON document and where it is kept. */
export interface DocumentRow {
  readonly tenant: string;
  readonly id: string;
  readonly body: Json;
}

/** What was written of a kind of documents since somebody looked last. */
export interface DocumentChanges {
  /** Those that are there, as they are now; in order of creation when they are all. */
  readonly present: readonly DocumentRow[];
  /** Those that are there no more. */
  readonly gone: readonly { readonly tenant: string; readonly id: string }[];
  /** True when `present` are all there are: what is not among them is gone. */
  readonly isWhole: boolean;
}

/** Follows what any process writes of a kind of documents. One call at a time. */
export interface DocumentFeed {
  /**
   * What was written since the last call that resolved; the first gives all there are, and so does one that cannot tell
   * what changed. The cost follows what was written. What is told may be told again; each document in its newest state.
   */
  next(): Promise<DocumentChanges>;
}

/** `kind` is a collection name such as `subscription`; `tenant` and `id` are data and may hold any character. */
export interface Documents {
  get(kind: string, tenant: string, id: string): Promise<Json | undefined>;
  /** The bodies of those that exist, by id. */
  getMany(kind: string, tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, Json>>;
  /** False when the id exists already. */
  create(kind: string, tenant: string, id: string, body: Json): Promise<boolean>;
  put(kind: string, tenant: string, id: string, body: Json): Promise<void>;
  /** Read, pure function, compare-and-set, until it holds. Returns undefined and writes nothing when the id is absent. */
  update(kind: string, tenant: string, id: string, change: (body: Json) => Json): Promise<Json | undefined>;
  /** False when there was none. */
  remove(kind: string, tenant: string, id: string): Promise<boolean>;
  /** In order of creation. All tenants when `tenant` is undefined. */
  list(kind: string, tenant?: string): Promise<readonly DocumentRow[]>;
  /** Some of those of a tenant in order of creation, and how many there are in all: only these are read. */
  page(kind: string, tenant: string, page: DocumentPage): Promise<DocumentsOfPage>;
  /** Tells of what is written from the first call of its `next` on, without a look at what was not. */
  follow(kind: string): DocumentFeed;
  /** Grows with every write of this kind, by any replica: who keeps a copy polls it and reads again when it moved. */
  revision(kind: string): Promise<string>;
}

export interface DocumentPage {
  readonly offset: number;
  readonly limit: number;
}

export interface DocumentsOfPage {
  readonly rows: readonly DocumentRow[];
  /** How many there are on all pages. */
  readonly count: number;
}
