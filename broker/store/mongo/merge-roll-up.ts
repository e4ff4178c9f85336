import { randomInt } from 'node:crypto';
import type { Micros } from '../../domain/entity.ts';
import { mergeSeries, type RolledSeries } from '../roll-up-series.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import type { HistoryCollections } from './history.ts';
import { type ClaimedRow, claimRows } from './history-claims.ts';
import { isRemoved, type Removal } from './history-removals.ts';
import { insertNew } from './insert-new.ts';
import { type RollUpDocument, type RollUpName, rollUpId, toSeries } from './roll-up-document.ts';
import { untilDone } from './until-done.ts';

/** What becomes part of a roll-up, all of one name, and the documents that it is in until then. */
export interface RollUpMerge {
  readonly name: RollUpName;
  readonly instances: readonly HistoryInstance[];
  readonly series: readonly RolledSeries[];
  readonly taken: readonly ClaimedRow[];
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
    const known = (await rollUps.findOne({ _id, entity })) ?? (await begin(collections, merge, _id));
    if (known === undefined) return undefined;
    if (known.unfinished !== undefined) {
      if (isDone(known, merge)) return finish(collections, known);
      await finish(collections, known);
    }
    return mergeInto(collections, known, merge);
  });
}

/** Adds to a roll-up as it was read: who was quicker than that, or is quicker now, makes it another. */
async function mergeInto(
  collections: HistoryCollections,
  known: RollUpDocument,
  merge: RollUpMerge,
): Promise<MergeOutcome> {
  const { _id, leavingSince = Number.NEGATIVE_INFINITY, era = 0 } = known;
  if (leavingSince >= merge.leftBefore) return 'waiting';
  // Something was taken away since the Entity was looked at.
  if (era > (merge.era ?? 0)) return 'left';
  if (!(await areThere(collections, known, merge))) return 'left';
  const made = { _id, ...merged(known, merge) };
  return (await replace(collections, known, made)) ? finish(collections, made) : 'left';
}

/** A roll-up of nothing, so that rows can be claimed for it; undefined when somebody else was quicker. */
async function begin(
  { rollUps }: HistoryCollections,
  { name, era }: RollUpMerge,
  _id: string,
): Promise<RollUpDocument | undefined> {
  const document: RollUpDocument = {
    ...{ _id, ...name, summary: '{}', ...(era !== undefined && { era }) },
    // One that was deleted had other numbers, so that nobody takes this for that.
    version: randomInt(2 ** 31),
    isBlank: true,
  };
  return (await insertNew(rollUps, [document])) ? document : undefined;
}

function isDone({ taken = [], takenHours = [] }: RollUpDocument, merge: RollUpMerge): boolean {
  const done = new Set([...taken, ...takenHours]);
  return [...merge.taken, ...merge.takenHours].every(({ _id }) => done.has(_id));
}

/** As they were read, that is, and claimed. */
async function areThere(
  collections: HistoryCollections,
  known: RollUpDocument,
  { taken, takenHours }: RollUpMerge,
): Promise<boolean> {
  const { entity } = known;
  const [areClaimed, hours] = await Promise.all([
    claimRows(collections, known, taken),
    takenHours.length === 0
      ? 0
      : collections.rollUps.countDocuments({
          entity,
          $or: takenHours.map(({ _id, version }) => ({ _id, version })),
        }),
  ]);
  return areClaimed && hours === takenHours.length;
}

function merged(known: RollUpDocument, merge: RollUpMerge): Omit<RollUpDocument, '_id'> {
  const { name, era, taken, takenHours } = merge;
  const old = known.isBlank || isRemoved(known, merge.removals) ? [] : [toSeries(known)];
  const [series] = mergeSeries([...old, ...merge.series], merge.instances);
  return {
    ...name,
    summary: JSON.stringify(series?.summary ?? {}),
    ...(series?.unitCode !== undefined && { unitCode: series.unitCode }),
    ...(era !== undefined && { era }),
    version: known.version + 1,
    unfinished: name.entity,
    ...(taken.length > 0 && { taken: taken.map(({ _id }) => _id) }),
    ...(takenHours.length > 0 && { takenHours: takenHours.map(({ _id }) => _id) }),
  };
}

/** False when somebody else wrote meanwhile. */
async function replace(
  { rollUps }: HistoryCollections,
  { _id, entity, version }: RollUpDocument,
  document: RollUpDocument,
): Promise<boolean> {
  return (await rollUps.replaceOne({ _id, entity, version }, document)).matchedCount === 1;
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
