import type { Filter } from 'mongodb';
import { typeOf } from '../../domain/aggregation/aggregator.ts';
import type { Micros } from '../../domain/entity.ts';
import { draftGone, type GoneDraft } from '../../domain/retention/gone-instances.ts';
import type { Cutoffs } from '../../domain/retention/history-policy.ts';
import type { RolledSeries } from '../roll-up-series.ts';
import { addDropped, DAY, HOUR, type Retained, rollUpPlaceOf, rollUpTimeOf } from '../roll-ups.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import type { HistoryCollections } from './history.ts';
import { unchanged } from './history-claims.ts';
import { type HistoryDocument, toHistoryInstance } from './history-document.ts';
import { SIGHT, type Sight, seenRows } from './history-lots.ts';
import { finishRollUps, holdHours, mergeRollUp, type RollUpMerge } from './merge-roll-up.ts';
import { noteGone } from './note-gone.ts';
import { leftRollUps, type RollUpDocument, type RollUpName, rollUpId, toSeries } from './roll-up-document.ts';
import { KEPT } from './sweeper.ts';

export interface RetainRequest {
  /** Tenant and Entity. */
  readonly entity: string;
  readonly cutoffsOf: (attribute: string) => Cutoffs | undefined;
  readonly now: Micros;
}

/** How long instances stay after they were recorded: what is folded late must find them. */
const SETTLED: Micros = KEPT;
/** Instances of one step, and roll-ups. */
const AT_ONCE = 500;
/** Milliseconds until a step leaves others to the next one, also where the server is slow: who reads waits for its end. */
const LONGEST_STEP = 100;

/** A step of `retain` of RollUpStore. */
export async function retainHistory(
  collections: HistoryCollections,
  { entity, cutoffsOf, now }: RetainRequest,
): Promise<Retained> {
  const { historyEntities, instances, rollUps } = collections;
  await finishRollUps(collections, entity);
  const standing = await historyEntities.findOne({ _id: entity }, { projection: { ...SIGHT, place: 1 } });
  let done: Retained = { rolledUp: 0, dropped: 0, isDone: true };
  if (standing?.place === undefined) return done;
  const names = await Promise.all([
    instances.distinct('attribute', { entity }),
    rollUps.distinct('attribute', { entity }),
  ]);
  for (const attribute of new Set(names.flat())) {
    const cutoffs = attribute.startsWith('@') ? undefined : cutoffsOf(attribute);
    if (cutoffs === undefined) continue;
    const of = { collections, standing, entity, attribute, cutoffs, now };
    const step = await retainInstances(of);
    const isAll = await rollFurther(of);
    done = {
      rolledUp: done.rolledUp + step.rolledUp,
      dropped: done.dropped + step.dropped,
      isDone: step.isDone && isAll,
    };
    if (!done.isDone) return done;
  }
  return done;
}

interface OfAttribute {
  readonly collections: HistoryCollections;
  readonly standing: Sight;
  readonly entity: string;
  readonly attribute: string;
  readonly cutoffs: Cutoffs;
  readonly now: Micros;
}

async function retainInstances(of: OfAttribute): Promise<Retained> {
  const { collections, standing, entity, attribute, cutoffs, now } = of;
  const settledBefore = now - SETTLED;
  const isSettled: Filter<HistoryDocument> = { recordedAt: { $not: { $gte: settledBefore } } };
  const visible = { entity, attribute, ...seenRows(standing), ...isSettled };
  const due: readonly Filter<HistoryDocument>[] = [
    { observedAt: { $lt: cutoffs.raw }, modifiedAt: { $lt: settledBefore } },
    { observedAt: { $exists: false }, modifiedAt: { $lt: Math.min(cutoffs.raw, settledBefore) } },
  ];
  const found: HistoryDocument[] = [];
  for (const each of due)
    found.push(
      ...(await collections.instances
        .find({ $and: [visible, each] })
        .limit(AT_ONCE)
        .toArray()),
    );
  const merges = mergesOf(of);
  const dropped: HistoryDocument[] = [];
  const gone = draftGone();
  for (const row of found) {
    const instance = toHistoryInstance(row);
    const place = rollUpPlaceOf(rollUpTimeOf(instance).at, cutoffs);
    gone.add(attribute, place === undefined ? 'dropped' : 'rolledUp', instance);
    if (place === undefined || instance.deletedAt !== undefined) dropped.push(row);
    else merges.add(nameOf(of, row, instance, place), { instance, row });
  }
  await noteGone(collections, entity, gone);
  const count = await dropRows(of, dropped);
  const { left, waiting } = await merges.write();
  return {
    rolledUp: found.length - dropped.length - left - waiting,
    dropped: count,
    isDone: left === 0 && count === dropped.length && (found.length < AT_ONCE || waiting === found.length),
  };
}

/** As they were read: what is edited meanwhile may stay. */
async function dropRows(
  { collections, entity, attribute }: OfAttribute,
  rows: readonly HistoryDocument[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { deletedCount } = await collections.instances.deleteMany({ entity, attribute, ...unchanged(rows) });
  return deletedCount;
}

function nameOf(
  { entity, attribute }: OfAttribute,
  { datasetId }: HistoryDocument,
  instance: HistoryInstance,
  place: { readonly start: Micros; readonly unit: Micros },
): RollUpName {
  const { time } = rollUpTimeOf(instance);
  return {
    entity,
    attribute,
    datasetId,
    type: typeOf(instance),
    ...(time !== 'observedAt' && { time }),
    ...place,
  };
}

interface Merges {
  add(
    name: RollUpName,
    of: { readonly instance: HistoryInstance; readonly row: HistoryDocument } | RollUpDocument,
  ): void;
  /** Tells how many instances, or hours, were left to the next step, and to a later look. */
  write(): Promise<{ readonly left: number; readonly waiting: number }>;
}

interface GrowingMerge extends RollUpMerge {
  readonly instances: HistoryInstance[];
  readonly series: RolledSeries[];
  readonly taken: RollUpMerge['taken'][number][];
  readonly takenHours: RollUpDocument[];
}

function mergesOf({ collections, standing: { era, removals }, now }: OfAttribute): Merges {
  const all = new Map<string, GrowingMerge>();
  return {
    add: (name, of) => {
      const id = rollUpId(name);
      const merge = all.get(id) ?? {
        ...{ name, era, removals, leftBefore: now - SETTLED },
        ...{ instances: [], series: [], taken: [], takenHours: [] },
      };
      all.set(id, merge);
      if ('instance' in of) {
        merge.instances.push(of.instance);
        merge.taken.push(of.row);
      } else {
        merge.series.push(toSeries(of));
        merge.takenHours.push(of);
      }
    },
    write: async () => {
      const counts = { done: 0, left: 0, waiting: 0 };
      const end = performance.now() + LONGEST_STEP;
      for (const merge of all.values()) {
        const outcome = performance.now() > end ? 'left' : await mergeRollUp(collections, merge);
        counts[outcome] += merge.taken.length + merge.takenHours.length;
      }
      return counts;
    },
  };
}

/** Hours become part of their day, or go; so do days. False when there may be more. */
async function rollFurther(of: OfAttribute): Promise<boolean> {
  const { collections, standing, entity, attribute, cutoffs } = of;
  const { rollUps } = collections;
  const { raw, hourly = raw, daily } = cutoffs;
  const some = async (unit: Micros, before: Micros) => {
    const found = await rollUps
      .find({ entity, attribute, unit, start: { $lt: before }, ...leftRollUps(standing.removals) })
      .limit(AT_ONCE)
      .toArray();
    const blank = found.filter(({ isBlank }) => isBlank).map(({ _id }) => _id);
    if (blank.length > 0) await rollUps.deleteMany({ _id: { $in: blank }, entity, isBlank: true });
    return found.filter(({ isBlank }) => !isBlank);
  };
  const merges = mergesOf(of);
  const hours = await some(HOUR, hourly);
  const dayOf = ({ start }: RollUpDocument) =>
    daily === undefined ? undefined : rollUpPlaceOf(start, { raw, daily });
  const over = hours.filter((hour) => dayOf(hour) === undefined);
  const leaving = hours.filter((hour) => dayOf(hour) !== undefined);
  const held = await holdHours(collections, leaving, of.now);
  for (const hour of held) {
    const place = dayOf(hour);
    if (place !== undefined) merges.add({ ...namePart(hour), ...place }, hour);
  }
  const days = await some(DAY, daily ?? raw);
  over.push(...days);
  await noteGone(collections, entity, goneWith(over));
  if (over.length > 0) await rollUps.deleteMany({ _id: { $in: over.map(({ _id }) => _id) }, entity });
  const { left } = await merges.write();
  const isAllDone = left === 0 && held.length === leaving.length;
  return isAllDone && hours.length < AT_ONCE && days.length < AT_ONCE;
}

function goneWith(rollUps: readonly RollUpDocument[]): GoneDraft {
  const gone = draftGone();
  for (const rollUp of rollUps) addDropped(gone, rollUp.attribute, rollUp);
  return gone;
}

function namePart({
  entity,
  attribute,
  datasetId,
  type,
  time,
}: RollUpDocument): Omit<RollUpName, 'start' | 'unit'> {
  return { entity, attribute, datasetId, type, ...(time !== undefined && { time }) };
}
