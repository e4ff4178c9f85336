import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import { mergeSeries, type RolledSeries } from '../roll-up-series.ts';
import type { HistoryInstance } from '../store.ts';
import type { HistoryCollections } from './history.ts';
import { isRemoved, type Removal } from './history-removals.ts';
import { type RollUpDocument, type RollUpName, rollUpId, toSeries } from './roll-up-document.ts';
import { untilDone } from './until-done.ts';

/** What becomes part of a roll-up, all of one name, and the documents that it is in until then. */
export interface RollUpMerge {
  readonly name: RollUpName;
  readonly instances: readonly HistoryInstance[];
  readonly series: readonly RolledSeries[];
  readonly taken: readonly string[];
  readonly takenHours: readonly string[];
  /** How the Entity stood before they were read. */
  readonly era: number | undefined;
  readonly removals: readonly Removal[] | undefined;
}

/**
 * Makes them part of it. One write adds them and says which documents they were in, which are deleted then: whoever reads
 * in between passes over those, and where it ends in between `finishRollUps` does the rest. What another process made
 * part of it meanwhile, or took away, is left to the next look: false then.
 */
export function mergeRollUp(collections: HistoryCollections, merge: RollUpMerge): Promise<boolean> {
  const { rollUps } = collections;
  const { entity } = merge.name;
  const _id = rollUpId(merge.name);
  return untilDone(async () => {
    const known = await rollUps.findOne({ _id, entity });
    if (known?.unfinished !== undefined) {
      if (isDone(known, merge)) return finish(collections, known);
      await finish(collections, known);
    }
    // Behind the read of the roll-up: who was quicker than that has deleted them, and who is quicker now makes it another.
    if (!(await areThere(collections, merge))) return false;
    const made = merged(known, merge);
    if (!(await write(collections, known, { _id, ...made }))) return undefined;
    return finish(collections, { _id, ...made });
  });
}

function isDone({ taken = [], takenHours = [] }: RollUpDocument, merge: RollUpMerge): boolean {
  const done = new Set([...taken, ...takenHours]);
  return [...merge.taken, ...merge.takenHours].every((id) => done.has(id));
}

async function areThere({ instances, rollUps }: HistoryCollections, merge: RollUpMerge): Promise<boolean> {
  const { taken, takenHours } = merge;
  const { entity, attribute } = merge.name;
  const [rows, hours] = await Promise.all([
    taken.length === 0 ? 0 : instances.countDocuments({ _id: { $in: [...taken] }, entity, attribute }),
    takenHours.length === 0 ? 0 : rollUps.countDocuments({ _id: { $in: [...takenHours] }, entity }),
  ]);
  return rows === taken.length && hours === takenHours.length;
}

function merged(known: RollUpDocument | null, merge: RollUpMerge): Omit<RollUpDocument, '_id'> {
  const { name, era, taken, takenHours } = merge;
  const old = known === null || isRemoved(known, merge.removals) ? [] : [toSeries(known)];
  const [series] = mergeSeries([...old, ...merge.series], merge.instances);
  return {
    ...name,
    summary: JSON.stringify(series?.summary ?? {}),
    ...(era !== undefined && { era }),
    version: (known?.version ?? 0) + 1,
    unfinished: name.entity,
    ...(taken.length > 0 && { taken }),
    ...(takenHours.length > 0 && { takenHours }),
  };
}

/** False when somebody else wrote meanwhile. */
async function write(
  { rollUps }: HistoryCollections,
  known: RollUpDocument | null,
  document: RollUpDocument,
): Promise<boolean> {
  if (known !== null) {
    const { _id, entity, version } = known;
    return (await rollUps.replaceOne({ _id, entity, version }, document)).matchedCount === 1;
  }
  try {
    await rollUps.insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

async function finish(
  { instances, rollUps }: HistoryCollections,
  { _id, entity, version, taken = [], takenHours = [] }: RollUpDocument,
): Promise<true> {
  if (taken.length > 0) await instances.deleteMany({ _id: { $in: [...taken] }, entity });
  if (takenHours.length > 0) await rollUps.deleteMany({ _id: { $in: [...takenHours] }, entity });
  await rollUps.updateOne(
    { _id, entity, version },
    { $unset: { unfinished: '', taken: '', takenHours: '' } },
  );
  return true;
}

/** Does what is left to be done where one ended in the midst of it. */
export async function finishRollUps(collections: HistoryCollections, entity: string): Promise<void> {
  for await (const unfinished of collections.rollUps.find({ unfinished: entity }))
    await finish(collections, unfinished);
}

/** The documents that are part of a roll-up already and about to be deleted. */
export async function takenDocuments(
  { rollUps }: Pick<HistoryCollections, 'rollUps'>,
  entity: string,
): Promise<{ readonly taken: readonly string[]; readonly takenHours: readonly string[] }> {
  const found = await rollUps
    .find({ unfinished: entity })
    .project<Pick<RollUpDocument, 'taken' | 'takenHours'>>({ taken: 1, takenHours: 1 })
    .toArray();
  return {
    taken: found.flatMap(({ taken = [] }) => taken),
    takenHours: found.flatMap(({ takenHours = [] }) => takenHours),
  };
}
