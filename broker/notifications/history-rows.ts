import { ATTRIBUTE_KINDS } from '../domain/attribute-kinds.ts';
import type { AttributeChange } from '../domain/change/changes.ts';
import type { Attribute, Entity, Micros } from '../domain/entity.ts';
import { withFormerTypes } from '../store/history-types.ts';
import type { ChangeRecord } from '../store/outbox.ts';
import type { HistoryEntity, HistoryInstance } from '../store/temporal-store.ts';

/** What the history keeps of one change record: an instance for each Attribute, the types and the scopes that changed. */
export function toHistory(record: ChangeRecord): {
  readonly entity: HistoryEntity;
  readonly instances: readonly HistoryInstance[];
} {
  const { change } = record;
  const entity = subjectOf(record);
  const instanceId = (part: string | number) => `urn:ngsi-ld:Instance:${record.stamp}-${part}`;
  const instances: HistoryInstance[] = [];
  for (const [index, touched] of change.attributes.entries()) {
    if (touched.unchanged) continue;
    instances.push(toInstance(touched, { instanceId: instanceId(index), entityId: entity.id }, record.at));
  }
  // The types of a new Entity are told by HistoryEntity; only a change of them is worth an instance.
  if (change.entity && change.before && change.typesChanged)
    instances.push(ofEntity('@type', change.entity, instanceId('type'), record.at));
  const scoped = withNewScopes(change);
  if (scoped !== undefined) instances.push(ofEntity('@scope', scoped, instanceId('scope'), record.at));
  const known = toHistoryEntity(entity, change.kind === 'deleted' ? record.at : undefined);
  return { entity: withFormerTypes(known, change.before?.types ?? []), instances };
}

/** The Entity with its scopes where these changed; with none where it was deleted: they are valid no more. */
function withNewScopes({ entity, before, scopesChanged }: ChangeRecord['change']): Entity | undefined {
  if (entity === undefined) return before && before.scopes.length > 0 ? { ...before, scopes: [] } : undefined;
  return scopesChanged || (before === undefined && entity.scopes.length > 0) ? entity : undefined;
}

/** The Entity that a change record is about, as it is or was. */
export function subjectOf({ change, stamp }: ChangeRecord): Entity {
  const entity = change.entity ?? change.before;
  if (!entity) throw new Error(`Change record ${stamp} has no Entity.`);
  return entity;
}

/** What the history keeps of an Entity besides its instances; `deletedAt` when it is deleted. */
export function toHistoryEntity(entity: Entity, deletedAt?: Micros): HistoryEntity {
  const { id, types, scopes, createdAt, modifiedAt } = entity;
  return { id, types, scopes, createdAt, modifiedAt, ...(deletedAt !== undefined && { deletedAt }) };
}

type Identity = Pick<HistoryInstance, 'instanceId' | 'entityId'>;

function toInstance(
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
