import { unrecorded } from '../domain/change/recorded.ts';
import type { Entity } from '../domain/entity.ts';
import { isSameSet } from '../domain/json-equality.ts';
import type { HistoryInstance } from '../store/temporal-store.ts';
import { ofEntity, toRow } from './history-row.ts';

/** The id of an instance by its part of the change record. */
type IdOf = (part: string) => string;

/**
 * What was set of an Entity while its history was not kept: its values with the times at which they were set; its types
 * and scopes, where these are others than the history tells, with that of the last change, by which they were.
 */
export function lateRows(entity: Entity, idOf: IdOf): readonly HistoryInstance[] {
  const { id, recorded, types, scopes, modifiedAt } = entity;
  if (recorded === undefined) return [];
  const rows: HistoryInstance[] = [];
  for (const [attribute, instances] of Object.entries(unrecorded(entity)))
    for (const instance of instances)
      rows.push(toRow(attribute, { instanceId: idOf(`late-${rows.length}`), entityId: id }, instance));
  // The first types are told by HistoryEntity.
  if (recorded.types.length > 0 && !isSameSet(types, recorded.types))
    rows.push(ofEntity('@type', entity, idOf('late-type'), modifiedAt));
  if (!isSameSet(scopes, recorded.scopes))
    rows.push(ofEntity('@scope', entity, idOf('late-scope'), modifiedAt));
  return rows;
}
