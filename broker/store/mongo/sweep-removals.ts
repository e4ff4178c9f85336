import type { Filter } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { HistoryCollections } from './history.ts';
import type { HistoryDocument, HistoryEntityDocument } from './history-document.ts';
import { giveUpLot, LOT_SWEEP, orAbsent } from './history-lots.ts';
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
    if (known.open !== undefined && known.open.at + LOT_SWEEP <= now) {
      await run(() => giveUpLot({ ...collections, now: () => now }, known));
      continue;
    }
    const due = (known.removals ?? []).filter((removal) => !removal.isSwept || isEnded(removal, now));
    for (const removal of due) await deleteRows(collections, known._id, removal, run);
    const left = (known.removals ?? []).filter((removal) => !isEnded(removal, now));
    await run(() => settle(collections, known, left));
  }
}

/** Deletes at once what all removals of an Entity took away, and forgets them. */
export async function finishRemovals(
  collections: HistoryCollections,
  known: HistoryEntityDocument,
): Promise<void> {
  for (const removal of known.removals ?? [])
    await deleteRows(collections, known._id, removal, (work) => work());
  await settle(collections, known, []);
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

/** Leaves those removals alone to be told of. Without effect when there was another one since, or a lot. */
async function settle(
  { historyEntities }: HistoryCollections,
  { _id, era, lots, open }: HistoryEntityDocument,
  left: readonly Removal[],
): Promise<void> {
  const filter = { _id, era: orAbsent(era), lots: orAbsent(lots) };
  const times = left.map(({ by }) => momentOf(by) + KEPT);
  if (open !== undefined) times.push(open.at + LOT_SWEEP);
  const sweepAt = times.length === 0 ? undefined : Math.min(...times);
  const removals = left.length === 0 ? undefined : left.map((removal) => ({ ...removal, isSwept: true }));
  await historyEntities.updateOne(filter, {
    ...(sweepAt !== undefined && { $set: { sweepAt, ...(removals && { removals }) } }),
    $unset: {
      ...(sweepAt === undefined && { sweepAt: '' }),
      ...(removals === undefined && { removals: '' }),
    },
  });
  if (sweepAt === undefined)
    await historyEntities.deleteOne({ ...filter, body: { $exists: false }, removals: { $exists: false } });
}
