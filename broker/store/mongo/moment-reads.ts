import { type Collection, type Db, type FindOptions, MongoServerError } from 'mongodb';
import { isDatabaseAway } from '../../../runtime/mongo/errors.ts';
import type { Micros } from '../../domain/entity.ts';
import type { EntityDocument } from './entity-document.ts';

/** Reads that find every document that meets the filter all the while, also one that moves within an index. */
export interface MomentReads {
  /** @throws what the read throws */
  read<T>(read: (options: FindOptions) => Promise<T>): Promise<T>;
}

export interface MomentReadParts {
  readonly now: () => Micros;
  /** On a sharded cluster: hears of all shards, so that the moment is not before what they have acknowledged. */
  readonly hear?: (() => Promise<unknown>) | undefined;
}

const atOneMoment: FindOptions = { readConcern: { level: 'snapshot' } };
/** By tokens and place in the creation order, where no Entity moves. */
const inOrder: FindOptions = { hint: 'found' };
const ASKED_AGAIN: Micros = 60_000_000;

/**
 * A server that goes along an index while others write may miss a document whose key moves from before it to behind
 * it, though both keys are looked for. Replica sets and clusters from MongoDB 5.0 read as of one moment when they are
 * asked to; where a server refuses, for good or for the moment, it goes along an index in which nothing moves.
 */
export function momentReads({ now, hear }: MomentReadParts): MomentReads {
  let refusedAt = Number.NEGATIVE_INFINITY;
  return {
    read: async (read) => {
      if (now() - refusedAt < ASKED_AGAIN) return read(inOrder);
      try {
        await hear?.();
        return await read(atOneMoment);
      } catch (error) {
        if (!(error instanceof MongoServerError) || isDatabaseAway(error)) throw error;
        refusedAt = now();
        return read(inOrder);
      }
    },
  };
}

/**
 * What to do before a read at one moment, if anything: a router takes for the moment the last that it has heard of,
 * which may be before a write that came through another router.
 */
export async function hearingOf(
  database: Db,
  entities: Collection<EntityDocument>,
): Promise<MomentReadParts['hear']> {
  if (!(await isRouter(database))) return undefined;
  // Found nowhere, and so looked for everywhere.
  return () => entities.findOne({ values: '' }, { projection: { _id: 1 } });
}

async function isRouter(database: Db): Promise<boolean> {
  try {
    const { msg } = await database.command({ hello: 1 });
    return msg === 'isdbgrid';
  } catch (error) {
    // Every router knows the command.
    if (error instanceof MongoServerError && !isDatabaseAway(error)) return false;
    throw error;
  }
}
