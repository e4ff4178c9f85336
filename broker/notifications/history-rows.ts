import { isRecordedEnd, recordedOf } from '../domain/change/recorded.ts';
import type { Entity, Micros } from '../domain/entity.ts';
import { withFormerTypes } from '../store/history-types.ts';
import type { ChangeRecord } from '../store/outbox.ts';
import type { HistoryEntity, HistoryInstance } from '../store/temporal-store.ts';
import { ofEntity, toInstance } from './history-row.ts';
import { lateRows } from './late-rows.ts';

/** What the history keeps: what it is to know of the Entity, and instances. */
interface Kept {
  readonly entity: HistoryEntity;
  readonly instances: readonly HistoryInstance[];
}

/**
 * What the history keeps of one change record: an instance for each Attribute, the types and the scopes that changed,
 * behind what was set before and is not there yet.
 */
export function toHistory(record: ChangeRecord): Kept {
  return record.endsOnly ? endsOf(record) : wholeOf(record);
}

function wholeOf(record: ChangeRecord): Kept {
  const { change } = record;
  const { before } = change;
  const entity = subjectOf(record);
  const instanceId = instanceIds(record);
  const instances: HistoryInstance[] = [];
  if (before?.recorded !== undefined) instances.push(...lateRows(before, instanceId));
  for (const [index, touched] of change.attributes.entries()) {
    if (touched.unchanged) continue;
    instances.push(toInstance(touched, { instanceId: instanceId(index), entityId: entity.id }, record.at));
  }
  // The types of a new Entity are told by HistoryEntity; only a change of them is worth an instance.
  if (change.entity && before && change.typesChanged)
    instances.push(ofEntity('@type', change.entity, instanceId('type'), record.at));
  const scoped = withNewScopes(change);
  if (scoped !== undefined) instances.push(ofEntity('@scope', scoped, instanceId('scope'), record.at));
  const known = toHistoryEntity(entity, change.kind === 'deleted' ? record.at : undefined);
  return { entity: withFormerTypes(known, typesBefore(before)), instances };
}

function typesBefore(before: Entity | undefined): readonly string[] {
  if (before === undefined) return [];
  return before.recorded === undefined ? before.types : [...before.recorded.types, ...before.types];
}

/** Of a change that is not kept the ends of what the history tells of; the Entity stays as it knows it. */
function endsOf(record: ChangeRecord): Kept {
  const { change, at } = record;
  const { before = subjectOf(record), attributes } = change;
  const { until, types, scopes } = recordedOf(before);
  const isDeleted = change.kind === 'deleted';
  const instanceId = instanceIds(record);
  const instances: HistoryInstance[] = [];
  for (const [index, touched] of attributes.entries()) {
    if (!isRecordedEnd(touched, until)) continue;
    instances.push(toInstance(touched, { instanceId: instanceId(index), entityId: before.id }, at));
  }
  if (isDeleted && scopes.length > 0)
    instances.push(ofEntity('@scope', { ...before, scopes: [] }, instanceId('scope'), at));
  const known = { ...before, types, scopes, modifiedAt: isDeleted ? until : at };
  return { entity: toHistoryEntity(known, isDeleted ? at : undefined), instances };
}

/** Ids of instances follow from the record, so that folding it again gives the same. */
function instanceIds({ stamp }: ChangeRecord): (part: string | number) => string {
  return (part) => `urn:ngsi-ld:Instance:${stamp}-${part}`;
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
function toHistoryEntity(entity: Entity, deletedAt?: Micros): HistoryEntity {
  const { id, types, scopes, createdAt, modifiedAt } = entity;
  return { id, types, scopes, createdAt, modifiedAt, ...(deletedAt !== undefined && { deletedAt }) };
}
