import type { Filter } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import type { Micros } from '../../domain/entity.ts';
import { mergeSeries, type RolledSeries } from '../roll-up-series.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import type { HistoryCollections } from './history.ts';
import type { HistoryDocument } from './history-document.ts';
import { isRemoved, type Removal } from './history-removals.ts';
import { type RollUpDocument, type RollUpName, rollUpId, toSeries } from './roll-up-document.ts';
import { untilDone } from './until-done.ts';

/** What becomes part of a roll-up, all of one name, and the documents that it is in until then. */
export interface RollUpMerge {
  readonly name: RollUpName;
  readonly instances: readonly HistoryInstance[];
  readonly series: readonly RolledSeries[];
  readonly taken: readonly Pick<HistoryDocument, '_id' | 'edited'>[];
  readonly takenHours: readonly Pick<RollUpDocument, '_id' | 'version'>[];
  /** Hours that have been leaving since earlier have been left: nobody is about to make them part of a day any more. */
  readonly leftBefore: Micros;
  /** How the Entity stood before they were read. */
  readonly era: number | undefined;
  readonly removals: readonly Removal[] | undefined;
}

/** `left` to the next look, which may be now, or `waiting` for others, who have an hour to be done. */
export type MergeOutcome = 'done' | 'left' | 'waiting';

/**
 * Makes them part of it. One write adds them and says which documents they were in, which are deleted then: whoever reads
 * in between passes over those, and where it ends in between `finishRollUps` does the rest. What another process made
 * part of it meanwhile, changed, or took away, is left.
 */
export function mergeRollUp(collections: HistoryCollections, merge: RollUpMerge): Promise<MergeOutcome> {
  const { rollUps } = collections;
  const { entity } = merge.name;
  const _id = rollUpId(merge.name);
  return untilDone(async () => {
    const known = await rollUps.findOne({ _id, entity });
    if (known?.unfinished !== undefined) {
      if (isDone(known, merge)) return finish(collections, known);
      await finish(collections, known);
    }
    if ((known?.leavingSince ?? Number.NEGATIVE_INFINITY) >= merge.leftBefore) return 'waiting';
    // Behind the read of the roll-up: who was quicker than that has deleted them, and who is quicker now makes it another.
    if (!(await areThere(collections, merge))) return 'left';
    const made = merged(known, merge);
    if (!(await write(collections, known, { _id, ...made }))) return undefined;
    return finish(collections, { _id, ...made });
  });
}

function isDone({ taken = [], takenHours = [] }: RollUpDocument, merge: RollUpMerge): boolean {
  const done = new Set([...taken, ...takenHours]);
  return [...merge.taken, ...merge.takenHours].every(({ _id }) => done.has(_id));
}

/** As they were read, that is. */
async function areThere({ instances, rollUps }: HistoryCollections, merge: RollUpMerge): Promise<boolean> {
  const { taken, takenHours } = merge;
  const { entity, attribute } = merge.name;
  const [rows, hours] = await Promise.all([
    taken.length === 0 ? 0 : instances.countDocuments({ entity, attribute, ...unchanged(taken) }),
    takenHours.length === 0
      ? 0
      : rollUps.countDocuments({ entity, $or: takenHours.map(({ _id, version }) => ({ _id, version })) }),
  ]);
  return rows === taken.length && hours === takenHours.length;
}

function unchanged(taken: RollUpMerge['taken']): Filter<HistoryDocument> {
  const asTheyCame = taken.filter(({ edited }) => edited === undefined).map(({ _id }) => _id);
  const edited = taken.filter(({ edited }) => edited !== undefined);
  return { $or: [{ _id: { $in: asTheyCame }, edited: { $exists: false } }, ...edited] };
}

function merged(known: RollUpDocument | null, merge: RollUpMerge): Omit<RollUpDocument, '_id'> {
  const { name, era, taken, takenHours } = merge;
  const old = known === null || isRemoved(known, merge.removals) ? [] : [toSeries(known)];
  const [series] = mergeSeries([...old, ...merge.series], merge.instances);
  return {
    ...name,
    summary: JSON.stringify(series?.summary ?? {}),
    ...(series?.unitCode !== undefined && { unitCode: series.unitCode }),
    ...(era !== undefined && { era }),
    version: (known?.version ?? 0) + 1,
    unfinished: name.entity,
    ...(taken.length > 0 && { taken: taken.map(({ _id }) => _id) }),
    ...(takenHours.length > 0 && { takenHours: takenHours.map(({ _id }) => _id) }),
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
): Promise<'done'> {
  if (taken.length > 0) await instances.deleteMany({ _id: { $in: [...taken] }, entity });
  if (takenHours.length > 0) await rollUps.deleteMany({ _id: { $in: [...takenHours] }, entity });
  await rollUps.updateOne(
    { _id, entity, version },
    { $unset: { unfinished: '', taken: '', takenHours: '' } },
  );
  return 'done';
}

/**
 * Keeps others from adding to hours that are going to be part of a day, though they should take them for younger. Gives
 * back those to which nobody has added since they were read, as they are from then on.
 */
export async function holdHours(
  collections: HistoryCollections,
  hours: readonly RollUpDocument[],
  now: Micros,
): Promise<readonly RollUpDocument[]> {
  if (hours.length === 0) return hours;
  const held = await hold(collections, hours, now);
  // What is in one already must not be there besides when nothing tells of it any more.
  for (const hour of held) if (hour.unfinished !== undefined) await finish(collections, hour);
  return held;
}

async function hold(
  { rollUps }: HistoryCollections,
  hours: readonly RollUpDocument[],
  now: Micros,
): Promise<readonly RollUpDocument[]> {
  const held = hours.map((hour) => ({ ...hour, version: hour.version + 1, leavingSince: now }));
  const { matchedCount } = await rollUps.bulkWrite(
    hours.map(({ _id, entity, version }) => ({
      updateOne: {
        filter: { _id, entity, version },
        update: { $set: { version: version + 1, leavingSince: now } },
      },
    })),
    { ordered: false },
  );
  if (matchedCount === hours.length) return held;
  const found = await rollUps
    .find({ _id: { $in: hours.map(({ _id }) => _id) }, entity: hours[0]?.entity ?? '', leavingSince: now })
    .project<Pick<RollUpDocument, '_id' | 'version'>>({ version: 1 })
    .toArray();
  const versions = new Map(found.map(({ _id, version }) => [_id, version]));
  return held.filter(({ _id, version }) => versions.get(_id) === version);
}

/** Does what is left to be done where one ended in the midst of it. */
export async function finishRollUps(collections: HistoryCollections, entity: string): Promise<void> {
  for await (const unfinished of collections.rollUps.find({ entity, unfinished: entity }))
    await finish(collections, unfinished);
}

/** The documents that are part of a roll-up already and about to be deleted. */
export async function takenDocuments(
  { rollUps }: Pick<HistoryCollections, 'rollUps'>,
  entity: string,
): Promise<{ readonly taken: readonly string[]; readonly takenHours: readonly string[] }> {
  const found = await rollUps
    .find({ entity, unfinished: entity })
    .project<Pick<RollUpDocument, 'taken' | 'takenHours'>>({ taken: 1, takenHours: 1 })
    .toArray();
  return {
    taken: found.flatMap(({ taken = [] }) => taken),
    takenHours: found.flatMap(({ takenHours = [] }) => takenHours),
  };
}
