import type { Filter } from 'mongodb';
import { DAY, HOUR, type RollUpPage, type RollUpPlace, type RollUpQuery } from '../roll-ups.ts';
import type { HistoryCollections } from './history.ts';
import type { rangeOf } from './keys.ts';
import { takenDocuments } from './merge-roll-up.ts';
import { livingRollUps, type RollUpDocument, toRollUp } from './roll-up-document.ts';

type Collections = Pick<HistoryCollections, 'rollUps' | 'historyEntities'>;

/** Whether there are roll-ups of Entities whose keys are in a range, living or not. */
export async function isAnyRolledUp(
  { rollUps }: Pick<Collections, 'rollUps'>,
  entity: ReturnType<typeof rangeOf>,
): Promise<boolean> {
  return (
    (await rollUps.findOne({ entity, ...livingRollUps() }, { projection: { _id: 0, entity: 1 } })) !== null
  );
}

/** IRIs of the Attributes of an Entity that have roll-ups. */
export async function rolledUpNames(collections: Collections, entity: string): Promise<readonly string[]> {
  return collections.rollUps.distinct('attribute', { entity, ...(await living(collections, entity)) });
}

/** A page of the roll-ups of an Attribute; those of one period are on the same. */
export async function readRollUps(
  collections: Collections,
  entity: string,
  { attribute, from, to, order, after, limit }: RollUpQuery,
): Promise<RollUpPage> {
  const { rollUps } = collections;
  const [alive, { takenHours }] = await Promise.all([
    living(collections, entity),
    takenDocuments(collections, entity),
  ]);
  const all: Filter<RollUpDocument> = {
    entity,
    attribute,
    ...alive,
    ...(takenHours.length > 0 && { _id: { $nin: [...takenHours] } }),
  };
  const isForwards = order === 'oldest first';
  const direction = isForwards ? 1 : -1;
  const found = await rollUps
    .find({
      $and: [
        all,
        // An hour that begins earlier than a day before does not reach it either.
        ...(from === undefined ? [] : [{ start: { $gt: from - DAY } }, reaches(from)]),
        ...(to === undefined ? [] : [{ start: { $lt: to } }]),
        ...(after === undefined ? [] : [behind(after, isForwards ? '$gt' : '$lt')]),
      ],
    })
    .sort({ start: direction, unit: direction })
    .limit(limit)
    .toArray();
  const last = found.at(-1);
  if (last === undefined || found.length < limit) return { rollUps: found.map(toRollUp) };
  const { start, unit } = last;
  const whole = found.filter((one) => one.start !== start || one.unit !== unit);
  const ofLast = await rollUps.find({ $and: [all, { start, unit }] }).toArray();
  return { rollUps: [...whole, ...ofLast].map(toRollUp), next: { start, unit } };
}

async function living({ historyEntities }: Collections, entity: string): Promise<Filter<RollUpDocument>> {
  const known = await historyEntities.findOne({ _id: entity }, { projection: { removals: 1 } });
  return livingRollUps(known?.removals);
}

function reaches(from: number): Filter<RollUpDocument> {
  return { $or: [{ unit: DAY }, { unit: HOUR, start: { $gt: from - HOUR } }] };
}

function behind({ start, unit }: RollUpPlace, operator: '$gt' | '$lt'): Filter<RollUpDocument> {
  return { $or: [{ start: { [operator]: start } }, { start, unit: { [operator]: unit } }] };
}
