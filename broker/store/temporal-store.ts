import type { Attribute, AttributeKind, Micros } from '../domain/entity.ts';
import type { HistoryCondition } from '../domain/query/narrow-history.ts';
import type { Reach } from '../domain/query/value-reach.ts';
import type { GoneByAttribute } from '../domain/retention/gone-instances.ts';
import type { RollUpStore } from './roll-ups.ts';

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
  /** Only instances whose values reach into one of these matter (`reachOf`): any of the others may be missing. */
  readonly within?: readonly Reach[];
}

/** Whether there are instances, however many. */
export type PresenceQuery = Omit<HistoryQuery, 'lastN' | 'limit' | 'within'>;

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
  /**
   * Of Attributes that `retain` took instances of: when these were. It is the store that tells; nobody gives it. Absent
   * where there are none.
   */
  readonly gone?: GoneByAttribute;
}

/** Where a walk through the Entities of a history goes on; only for the store that gave it. */
export type HistoryPosition = string;

/** What the instances of an interval meet together: see `HistoryQuery`. */
export interface SoughtHistory extends Pick<HistoryQuery, 'timeproperty' | 'from' | 'to'> {
  readonly condition: HistoryCondition;
  /** Where it is true, Entities of which `retain` took instances may be asked for as well, whatever the others meet. */
  readonly orGone?: boolean;
}

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
  /** Only Entities whose instances meet this, or more. */
  readonly having?: SoughtHistory;
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
   * Adds instances without touching the current state (temporal provision): all of them, and what is told of the Entity,
   * are there from one moment on. An instance equal to a stored one in attribute, datasetId, observedAt and content is
   * dropped. Creates the HistoryEntity where there is none; a known one gets the types that it lacks, for good, and stays as
   * it is otherwise. True when there was none; of calls at once that find none, for one of them.
   */
  append(entity: HistoryEntity, instances: readonly HistoryInstance[]): Promise<boolean>;
  /**
   * As `append`, for an Entity of which something is known: with types that it gets where it lacks them. False when nothing
   * is, also where it was taken away in this moment; then nothing is written.
   */
  extend(id: string, types: readonly string[], instances: readonly HistoryInstance[]): Promise<boolean>;
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
