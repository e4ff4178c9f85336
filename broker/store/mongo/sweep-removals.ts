import type { Filter } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { HistoryCollections } from './history.ts';
import type { HistoryDocument, HistoryEntityDocument } from './history-document.ts';
import { type Removal, rowsOf } from './history-removals.ts';
import type { RollUpDocument } from './roll-up-document.ts';
import { momentOf } from './stamps.ts';
import { KEPT } from './sweeper.ts';

/** How long rows stay that were taken away: longer than a page takes that somebody reads at that moment. */
export const FIRST_SWEEP: Micros = 60_000_000;
/** Rows of one command. */
const AT_ONCE = 500;

/** One piece of work, so that a store that closes need not wait for the rest. */
type Run = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Deletes what removals took away, soon after each, and again when what was folded late is no more to come: then nothing
 * tells of it any longer. Any number of processes may do so; what one leaves unfinished is done with the next call. It
 * goes on behind the call, one at a time.
 */
export function removalSweeper(collections: HistoryCollections, now: () => Micros, run: Run): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    sweepRemovals(collections, now(), run)
      // A store that is closed or away ends it.
      .catch(() => {})
      .finally(() => {
        isRunning = false;
      });
  };
}

async function sweepRemovals(collections: HistoryCollections, now: Micros, run: Run): Promise<void> {
  const next = () =>
    collections.historyEntities.findOne({ sweepAt: { $lte: now } }, { projection: { body: 0 } });
  for (let known = await run(next); known !== null; known = await run(next)) {
    const due = (known.removals ?? []).filter((removal) => !removal.isSwept || isEnded(removal, now));
    for (const removal of due) await deleteRows(collections, known._id, removal, run);
    const left = (known.removals ?? []).filter((removal) => !isEnded(removal, now));
    const { _id, era = 0 } = known;
    await run(() => settle(collections, { _id, era, left }));
  }
}

/** Deletes at once what all removals of an Entity took away, and forgets them. */
export async function finishRemovals(
  collections: HistoryCollections,
  { _id, era = 0, removals = [] }: Pick<HistoryEntityDocument, '_id' | 'era' | 'removals'>,
): Promise<void> {
  for (const removal of removals) await deleteRows(collections, _id, removal, (work) => work());
  await settle(collections, { _id, era, left: [] });
}

function isEnded({ by }: Removal, now: Micros): boolean {
  return momentOf(by) + KEPT <= now;
}

async function deleteRows(
  { instances, rollUps }: HistoryCollections,
  entity: string,
  removal: Removal,
  run: Run,
): Promise<void> {
  await run(() => rollUps.deleteMany({ entity, ...(rowsOf(removal) as Filter<RollUpDocument>) }));
  // The keys of single instances that were taken away go by themselves.
  const rows = { entity, ...rowsOf(removal), gone: { $exists: false } };
  // Asked again, for the case that one was edited meanwhile and stays.
  const remove = (ids: readonly string[]) =>
    run(() => instances.deleteMany({ ...rows, _id: { $in: [...ids] } }));
  const found = instances.find(rows).batchSize(AT_ONCE).project<Pick<HistoryDocument, '_id'>>({ _id: 1 });
  let some: string[] = [];
  for await (const { _id } of found) {
    some.push(_id);
    if (some.length < AT_ONCE) continue;
    await remove(some);
    some = [];
  }
  if (some.length > 0) await remove(some);
}

interface Swept {
  readonly _id: string;
  readonly era: number;
  /** Removals that are still to be told of. */
  readonly left: readonly Removal[];
}

/** Without effect when there was another removal since. */
async function settle({ historyEntities }: HistoryCollections, { _id, era, left }: Swept): Promise<void> {
  const filter = { _id, era };
  if (left.length > 0) {
    const removals = left.map((removal) => ({ ...removal, isSwept: true }));
    const sweepAt = Math.min(...left.map(({ by }) => momentOf(by))) + KEPT;
    await historyEntities.updateOne(filter, { $set: { removals, sweepAt } });
    return;
  }
  await historyEntities.updateOne(filter, { $unset: { removals: '', sweepAt: '' } });
  await historyEntities.deleteOne({ ...filter, body: { $exists: false }, removals: { $exists: false } });
}
