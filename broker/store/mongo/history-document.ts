import type { Attribute, AttributeKind, Micros } from '../../domain/entity.ts';
import { type Mark, NOWHERE, reachOf } from '../../domain/query/value-reach.ts';
import { withFormerTypes, withTypes } from '../history-types.ts';
import type { HistoryEntity, HistoryInstance } from '../temporal-store.ts';
import type { OpenLot } from './history-lots.ts';
import type { Removal } from './history-removals.ts';
import { keyOf, partsOf } from './keys.ts';
import { token, typeOf } from './tokens.ts';

/** One instance in the history of an Attribute. */
export interface HistoryDocument {
  /** Tenant, Entity and the instance's id, or for a provisioned one what its content comes to. */
  readonly _id: string;
  /** Tenant and Entity. */
  readonly entity: string;
  readonly attribute: string;
  readonly kind: AttributeKind;
  /** Empty for the default instance. */
  readonly datasetId: string;
  readonly observedAt?: Micros;
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly deletedAt?: Micros;
  readonly instance: string;
  /**
   * What spans its value (`reachOf`), for what asks for some values. Absent where that is not known, as of documents from
   * before, and where a number and a text would be compared.
   */
  readonly low?: Mark;
  readonly high?: Mark;
  /** Where it does not end the `_id`. */
  readonly instanceId?: string;
  /** In which it was written, where it is not the first: see `Removal`. */
  readonly era?: number;
  /** When it came to the history, where that is not when it was modified. */
  readonly recordedAt?: Micros;
  /** With which it was provided: see `OpenLot`. */
  readonly lot?: number;
  /** Stamp of the last edit. */
  readonly edited?: string;
  /** The roll-up that it is about to become part of, and which version of that: see `claimRows`. */
  readonly leaving?: string;
  /** Stamp of its removal. But for `_id` and `entity` nothing else is left then, so that nobody finds it. */
  readonly gone?: string;
}

/** What the history keeps of an Entity itself. */
export interface HistoryEntityDocument {
  /** Tenant and id. */
  readonly _id: string;
  /** When the newest thing was that the body tells: older ones do not replace it, nor come back after a removal. */
  readonly asOf: Micros;
  /** Absent where all was taken away, as are `place`, `found`, `addedTypes` and `gone`. */
  readonly body?: string;
  /** Types that clients gave to the history; the body may have them too. */
  readonly addedTypes?: readonly string[];
  /** Place in the order in which Entities came to the history of the tenant. */
  readonly place?: string;
  /** What candidates are found by: tokens of the tenant and of the types that it has or had. */
  readonly found?: readonly string[];
  /** Stamp of the call that made it known, where one that provides did. */
  readonly madeBy?: string;
  /** How many lots were begun. */
  readonly lots?: number;
  /** The one that is being written. */
  readonly open?: OpenLot;
  /** How many removals there were. */
  readonly era?: number;
  /** Those of which late rows may still come. */
  readonly removals?: readonly Removal[];
  /** When something is to be done about them. */
  readonly sweepAt?: Micros;
  /** When instances were that a policy took away: a GoneByAttribute. */
  readonly gone?: string;
  /** Until when nothing is to be rolled up, since somebody reads it. */
  readonly heldUntil?: Micros;
}

/** What candidates with these types are found by. */
export function historyTokens(tenant: string, types: readonly string[]): readonly string[] {
  return [token.any(tenant), ...types.map((type) => token.type(tenant, type))];
}

/** The document of an instance; `identity` stands for what makes it the same one as another. */
export function toHistoryDocument(
  tenant: string,
  row: HistoryInstance,
  {
    era = 0,
    lot,
    recordedAt = row.modifiedAt,
    identity = row.instanceId,
  }: {
    readonly era?: number | undefined;
    readonly lot?: number | undefined;
    readonly recordedAt?: Micros | undefined;
    readonly identity?: string;
  } = {},
): HistoryDocument {
  const { instanceId, entityId, datasetId = '', attributeInstance, ...rest } = row;
  return {
    _id: keyOf(tenant, entityId, identity),
    entity: keyOf(tenant, entityId),
    ...rest,
    datasetId,
    instance: JSON.stringify(attributeInstance),
    ...spanOf(attributeInstance),
    ...(identity !== instanceId && { instanceId }),
    ...(era > 0 && { era }),
    ...(recordedAt > row.modifiedAt && { recordedAt }),
    ...(lot !== undefined && { lot }),
  };
}

function spanOf(instance: Attribute): Pick<HistoryDocument, 'low' | 'high'> {
  const reach = reachOf([instance]);
  return reach === undefined || (reach !== NOWHERE && typeof reach.low !== typeof reach.high) ? {} : reach;
}

export function toHistoryInstance(document: HistoryDocument): HistoryInstance {
  const { _id, entity, datasetId, instance, low: _low, high: _high, ...others } = document;
  const { era: _e, lot: _l, recordedAt: _a, edited: _w, leaving: _r, ...rest } = others;
  const [, entityId = '', identity = ''] = partsOf(_id, 3);
  return {
    instanceId: identity,
    entityId,
    ...rest,
    ...(datasetId !== '' && { datasetId }),
    attributeInstance: JSON.parse(instance) as Attribute,
  };
}

/** The Entity that the document tells of, its former types by `found`; undefined where it was taken away. */
export function toHistoryEntity(
  document: HistoryEntityDocument | null | undefined,
): HistoryEntity | undefined {
  if (document?.body === undefined) return undefined;
  const current = withTypes(JSON.parse(document.body) as HistoryEntity, document.addedTypes ?? []);
  const { gone } = document;
  const entity: HistoryEntity = gone === undefined ? current : { ...current, gone: JSON.parse(gone) };
  const found = document.found ?? [];
  // The token of the tenant, and one for each type that it has.
  if (found.length === entity.types.length + 1) return entity;
  return withFormerTypes(
    entity,
    found.flatMap((each) => typeOf(each) ?? []),
  );
}
