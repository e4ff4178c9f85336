import type { Filter } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import { DAY, type RollUpSpan } from '../roll-ups.ts';
import { LONGEST_HOLD, type Steadiness } from '../steady-read.ts';
import type { HistoryCollections } from './history.ts';
import type { RollUpDocument } from './roll-up-document.ts';

/** What is read, and by whom. */
export interface SteadyReadParts {
  readonly collections: Pick<HistoryCollections, 'rollUps' | 'historyEntities'>;
  /** Tenant and Entity. */
  readonly entity: string;
  readonly span: RollUpSpan;
  readonly now: () => Micros;
}

/** About what a step takes that is under way, in milliseconds; slower ones are given more time each time. */
const FIRST_PAUSE = 100;

interface Fingerprint {
  readonly count: number;
  readonly versions: number;
  readonly starts: number;
  readonly units: number;
}

/**
 * Whether something became part of roll-ups while they were read is seen by themselves: the write that adds it makes
 * another version of one, in the same moment for all who read. Who is disturbed asks in the Entity's document for a
 * while of rest; should clocks differ, nothing is wrong, only later.
 */
export function steadinessOf({ collections, entity, span, now }: SteadyReadParts): Steadiness {
  const { rollUps, historyEntities } = collections;
  const filter = { entity, ...filterOf(span) };
  return {
    state: async () => {
      const [found] = await rollUps
        .aggregate<Fingerprint>([
          { $match: filter },
          {
            $group: {
              ...{ _id: null, count: { $sum: 1 }, versions: { $sum: '$version' } },
              ...{ starts: { $sum: '$start' }, units: { $sum: '$unit' } },
            },
          },
        ])
        .toArray();
      return found === undefined
        ? ''
        : [found.count, found.versions, found.starts, found.units].map(Number).join(' ');
    },
    hold: async (before) => {
      const heldUntil = now() + LONGEST_HOLD * 1000;
      await historyEntities.updateOne({ _id: entity }, { $max: { heldUntil } });
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE * 3 ** before));
    },
    release: async () => {
      await historyEntities.updateOne({ _id: entity }, { $unset: { heldUntil: '' } });
    },
  };
}

function filterOf({ attributes, from, to }: RollUpSpan): Filter<RollUpDocument> {
  const [only] = attributes ?? [];
  return {
    ...(attributes !== undefined && {
      attribute: only !== undefined && attributes.length === 1 ? only : { $in: [...attributes] },
    }),
    ...((from !== undefined || to !== undefined) && {
      start: { ...(from !== undefined && { $gt: from - DAY }), ...(to !== undefined && { $lt: to }) },
    }),
  };
}

/** True while somebody reads the history of an Entity who asks to wait. */
export async function isHeld(
  { historyEntities }: Pick<HistoryCollections, 'historyEntities'>,
  entity: string,
  now: Micros,
): Promise<boolean> {
  const found = await historyEntities.findOne(
    { _id: entity, heldUntil: { $gt: now } },
    { projection: { _id: 1 } },
  );
  return found !== null;
}
