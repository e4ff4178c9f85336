import type { Filter } from 'mongodb';
import { typeOf } from '../../domain/aggregation/aggregator.ts';
import type { Micros } from '../../domain/entity.ts';
import type { Cutoffs } from '../../domain/retention/history-policy.ts';
import type { RolledSeries } from '../roll-up-series.ts';
import { DAY, HOUR, type Retained, rollUpPlaceOf, rollUpTimeOf } from '../roll-ups.ts';
import type { HistoryInstance } from '../store.ts';
import type { HistoryCollections } from './history.ts';
import { type HistoryDocument, type HistoryEntityDocument, toHistoryInstance } from './history-document.ts';
import { withoutRemoved } from './history-removals.ts';
import { finishRollUps, mergeRollUp, type RollUpMerge } from './merge-roll-up.ts';
import {
  livingRollUps,
  type RollUpDocument,
  type RollUpName,
  rollUpId,
  toSeries,
} from './roll-up-document.ts';

export interface RetainRequest {
  /** Tenant and Entity. */
  readonly entity: string;
  readonly cutoffsOf: (attribute: string) => Cutoffs | undefined;
  /** Instances that were modified later stay: what is folded late must find them. */
  readonly settledBefore: Micros;
}

/** Instances of one step, and roll-ups. */
const AT_ONCE = 500;

/** A step of `retain` of RollUpStore. */
export async function retainHistory(
  collections: HistoryCollections,
  { entity, cutoffsOf, settledBefore }: RetainRequest,
): Promise<Retained> {
  const { historyEntities, instances, rollUps } = collections;
  await finishRollUps(collections, entity);
  const standing = await historyEntities.findOne(
    { _id: entity },
    { projection: { era: 1, removals: 1, place: 1 } },
  );
  let done: Retained = { rolledUp: 0, dropped: 0, isDone: true };
  if (standing?.place === undefined) return done;
  const names = await Promise.all([
    instances.distinct('attribute', { entity }),
    rollUps.distinct('attribute', { entity }),
  ]);
  for (const attribute of new Set(names.flat())) {
    const cutoffs = attribute.startsWith('@') ? undefined : cutoffsOf(attribute);
    if (cutoffs === undefined) continue;
    const of = { collections, standing, entity, attribute, cutoffs };
    const step = await retainInstances(of, settledBefore);
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
  readonly standing: Pick<HistoryEntityDocument, 'era' | 'removals'>;
  readonly entity: string;
  readonly attribute: string;
  readonly cutoffs: Cutoffs;
}

async function retainInstances(of: OfAttribute, settledBefore: Micros): Promise<Retained> {
  const { collections, standing, entity, attribute, cutoffs } = of;
  const visible: Filter<HistoryDocument> = { entity, attribute, ...withoutRemoved(standing.removals) };
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
  const dropped: string[] = [];
  for (const row of found) {
    const instance = toHistoryInstance(row);
    const place = rollUpPlaceOf(rollUpTimeOf(instance).at, cutoffs);
    if (place === undefined || instance.deletedAt !== undefined) dropped.push(row._id);
    else merges.add(nameOf(of, row, instance, place), { instance, taken: row._id });
  }
  if (dropped.length > 0) await collections.instances.deleteMany({ _id: { $in: dropped }, entity });
  const left = await merges.write();
  return {
    rolledUp: found.length - dropped.length - left,
    dropped: dropped.length,
    isDone: found.length < AT_ONCE && left === 0,
  };
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
    of: { readonly instance: HistoryInstance; readonly taken: string } | RollUpDocument,
  ): void;
  /** Tells how many were left to the next step. */
  write(): Promise<number>;
}

interface GrowingMerge extends RollUpMerge {
  readonly instances: HistoryInstance[];
  readonly series: RolledSeries[];
  readonly taken: string[];
  readonly takenHours: string[];
}

function mergesOf({ collections, standing: { era, removals } }: OfAttribute): Merges {
  const all = new Map<string, GrowingMerge>();
  return {
    add: (name, of) => {
      const id = rollUpId(name);
      const merge = all.get(id) ?? {
        ...{ name, era, removals, instances: [], series: [], taken: [], takenHours: [] },
      };
      all.set(id, merge);
      if ('instance' in of) {
        merge.instances.push(of.instance);
        merge.taken.push(of.taken);
      } else {
        merge.series.push(toSeries(of));
        merge.takenHours.push(of._id);
      }
    },
    write: async () => {
      let left = 0;
      for (const merge of all.values()) {
        if (!(await mergeRollUp(collections, merge))) left += merge.taken.length;
      }
      return left;
    },
  };
}

/** Hours become part of their day, or go; so do days. False when there may be more. */
async function rollFurther(of: OfAttribute): Promise<boolean> {
  const { collections, standing, entity, attribute, cutoffs } = of;
  const { rollUps } = collections;
  const { raw, hourly = raw, daily } = cutoffs;
  const some = (unit: Micros, before: Micros) =>
    rollUps
      .find({ entity, attribute, unit, start: { $lt: before }, ...livingRollUps(standing.removals) })
      .limit(AT_ONCE)
      .toArray();
  const merges = mergesOf(of);
  const dropped: string[] = [];
  const hours = await some(HOUR, hourly);
  for (const hour of hours) {
    const place = daily === undefined ? undefined : rollUpPlaceOf(hour.start, { raw, daily });
    if (place === undefined) dropped.push(hour._id);
    else merges.add({ ...namePart(hour), ...place }, hour);
  }
  const days = await some(DAY, daily ?? raw);
  dropped.push(...days.map(({ _id }) => _id));
  if (dropped.length > 0) await rollUps.deleteMany({ _id: { $in: dropped }, entity });
  await merges.write();
  return hours.length < AT_ONCE && days.length < AT_ONCE;
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
