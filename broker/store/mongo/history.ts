import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { ChangeRecord, Folded } from '../outbox.ts';
import { type HistoryDocument, type HistoryEntityDocument, toHistoryDocument } from './history-document.ts';
import { type FoldedEntity, foldEntities, readStandings, type Standing } from './history-entities.ts';
import { isOver, rowsOf } from './history-removals.ts';
import { insertNew } from './insert-new.ts';
import { keyOf } from './keys.ts';
import type { RollUpDocument } from './roll-up-document.ts';
import type { Sequences } from './sequences.ts';

export interface HistoryCollections {
  readonly instances: Collection<HistoryDocument>;
  readonly historyEntities: Collection<HistoryEntityDocument>;
  readonly rollUps: Collection<RollUpDocument>;
}

export interface HistoryParts extends HistoryCollections {
  /** The order in which Entities come to the history of a tenant. */
  readonly historyPlaces: Pick<Sequences, 'ready' | 'next'>;
}

/** What was folded of one Entity, and how it stands there. */
interface Fold extends FoldedEntity {
  readonly rows: readonly HistoryDocument[];
}

/**
 * Writes what change records became; doing it again, or something older later, changes nothing. Nor does it bring back
 * what was taken away since the records were made.
 */
export async function writeHistory(
  parts: HistoryParts,
  records: readonly ChangeRecord[],
  history: Folded['history'],
): Promise<void> {
  if (history.length === 0) return;
  const { instances, historyEntities } = parts;
  const keys = history.map(({ tenant, entity }) => keyOf(tenant, entity.id));
  const standings = await readStandings(historyEntities, keys);
  const times = timesOf(records);
  const folds = history.map((each, index): Fold => {
    const key = keys[index] ?? '';
    return toFold(each, standings.get(key), times.get(key));
  });
  const write = async () => {
    if (
      await insertNew(
        instances,
        folds.flatMap(({ rows }) => rows),
      )
    )
      return;
    await reviveRows(instances, folds);
  };
  await foldEntities(parts, folds, write);
}

/** When the changes of an Entity were made, the first and the last of those that are folded. */
interface Times {
  readonly first: Micros;
  readonly last: Micros;
}

function timesOf(records: readonly ChangeRecord[]): ReadonlyMap<string, Times> {
  const times = new Map<string, Times>();
  for (const { tenant, at, change } of records) {
    const key = keyOf(tenant, (change.entity ?? change.before)?.id ?? '');
    const { first, last } = times.get(key) ?? { first: at, last: at };
    times.set(key, { first: Math.min(first, at), last: Math.max(last, at) });
  }
  return times;
}

function toFold(
  { tenant, entity, instances }: Folded['history'][number],
  standing: Standing | undefined,
  times: Times | undefined,
): Fold {
  const removals = (standing?.removals ?? []).filter(
    ({ upTo }) => times !== undefined && times.first <= upTo,
  );
  const rows = instances
    .filter((instance) => !isOver(instance, removals))
    .map((instance) => toHistoryDocument(tenant, instance, { era: standing?.era, recordedAt: times?.first }));
  const asOf = Math.max(entity.modifiedAt, entity.deletedAt ?? 0, times?.last ?? 0);
  return { tenant, entity, asOf, standing, rows };
}

/** Rows that were taken away before those of the same name were folded, by one who did not know of the removal yet. */
async function reviveRows(instances: HistoryCollections['instances'], folds: readonly Fold[]): Promise<void> {
  const operations = folds.flatMap(({ rows, standing }) => {
    const removals = standing?.removals ?? [];
    if (removals.length === 0) return [];
    return rows.map(({ _id, ...row }) => ({
      updateOne: {
        filter: { _id, entity: row.entity, $or: removals.map(rowsOf), gone: { $exists: false } },
        update: { $set: row },
      },
    }));
  });
  if (operations.length > 0) await instances.bulkWrite(operations, { ordered: false });
}
