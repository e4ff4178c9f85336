import { ATTRIBUTE_KINDS } from '../domain/attribute-kinds.ts';
import type { AttributeChange } from '../domain/change/changes.ts';
import type { Attribute, Entity, Micros } from '../domain/entity.ts';
import type { HistoryInstance } from '../store/temporal-store.ts';

/** Which instance of whose history. */
export type Identity = Pick<HistoryInstance, 'instanceId' | 'entityId'>;

/** What the history keeps of the change of an Attribute, which was made at that time. */
export function toInstance(
  { attribute, kind, before, after }: AttributeChange,
  identity: Identity,
  at: Micros,
): HistoryInstance {
  if (kind !== 'deleted' && after) return toRow(attribute, identity, after);
  if (!before)
    throw new Error(`Change of ${attribute} of ${identity.entityId} says neither before nor after.`);
  return { ...toRow(attribute, identity, toDeletion(before, at)), deletedAt: at };
}

type Row = { -readonly [Member in keyof HistoryInstance]: HistoryInstance[Member] };

/** One a changed Attribute: written without spreading, which would be the dearest part of a fold. */
export function toRow(attribute: string, { instanceId, entityId }: Identity, instance: Attribute): Row {
  const { kind, datasetId, observedAt, createdAt, modifiedAt } = instance;
  const row: Row = {
    instanceId,
    entityId,
    attribute,
    kind,
    createdAt,
    modifiedAt,
    attributeInstance: instance,
  };
  if (datasetId !== undefined) row.datasetId = datasetId;
  if (observedAt !== undefined) row.observedAt = observedAt;
  return row;
}

/** NGSI-LD Null in the place of the value (clause 4.5.0); it has no time of observation. */
function toDeletion({ kind, datasetId, createdAt }: Attribute, at: Micros): Attribute {
  return {
    kind,
    value: ATTRIBUTE_KINDS[kind].nullValue,
    ...(datasetId !== undefined && { datasetId }),
    createdAt,
    modifiedAt: at,
  };
}

/** What tells of the types or the scopes of an Entity from then on. */
export function ofEntity(
  attribute: '@type' | '@scope',
  entity: Entity,
  instanceId: string,
  at: Micros,
): HistoryInstance {
  const identity = { instanceId, entityId: entity.id };
  const times = { createdAt: entity.createdAt, modifiedAt: at };
  if (attribute === '@type') {
    return toRow(attribute, identity, { kind: 'VocabProperty', value: entity.types, ...times });
  }
  const scopes: Attribute = { kind: 'Property', value: entity.scopes, ...times };
  if (entity.scopes.length === 0) return { ...toRow(attribute, identity, scopes), deletedAt: at };
  // Scopes have no observedAt of their own, and would not be found by it (clause 4.5.6).
  return toRow(attribute, identity, { ...scopes, observedAt: at });
}
