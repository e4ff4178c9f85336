import type { Collection, Filter } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import { reachable } from '../../registry/mongo-away.ts';
import type { CommandOwner } from '../command.ts';
import type { Turn } from '../command-store.ts';
import { keyOf } from '../routes.ts';
import type { Members } from './members.ts';

/** A device: where it was heard last, and which agent sends to it now. */
export interface LaneDocument {
  /** Tenant and device id. */
  readonly _id: string;
  /** A `DeviceRoute` as text. */
  readonly route?: string;
  readonly flushes?: number;
  /** Agent that has the turn; absent when nobody has. */
  readonly holder?: string;
  readonly term?: number;
  /** How often its holder has made sure that it still is. */
  readonly kept?: number;
}

/** Turns that agents take: one at a time has each. */
export interface Turns {
  take(owner: CommandOwner): Promise<Turn | undefined>;
  /** False when another agent has taken over. */
  keep(turn: Turn): Promise<boolean>;
  end(turn: Turn): Promise<void>;
}

/**
 * Turns in MongoDB. Who is gone loses its turns; the term, which every change of hands raises, makes what it still writes come to
 * nothing.
 */
export function mongoTurns(
  lanes: Collection<LaneDocument>,
  agentId: string,
  { isGone }: Pick<Members, 'isGone'>,
): Turns {
  const grab = async (filter: Filter<LaneDocument>): Promise<number | undefined> => {
    const change = { $set: { holder: agentId }, $inc: { term: 1 } };
    const taken = await reachable(lanes.findOneAndUpdate(filter, change, { returnDocument: 'after' }));
    return taken?.term;
  };
  const take = async (_id: string): Promise<number | undefined> => {
    // What this agent itself held was left by an earlier run.
    const own = await grab({ _id, $or: [{ holder: { $exists: false } }, { holder: agentId }] });
    if (own !== undefined) return own;
    const { holder, term } = (await reachable(lanes.findOne({ _id }))) ?? {};
    if (holder === undefined || term === undefined) return make(lanes, _id, agentId);
    return isGone(holder) ? grab({ _id, holder, term }) : undefined;
  };
  const heldBy = ({ owner, term }: Turn) => ({ _id: keyOf(owner), holder: agentId, term });
  return {
    take: async (owner) => {
      const term = await take(keyOf(owner));
      return term === undefined ? undefined : { owner, term };
    },
    keep: async (turn) => {
      const { matchedCount } = await reachable(lanes.updateOne(heldBy(turn), { $inc: { kept: 1 } }));
      return matchedCount > 0;
    },
    end: async (turn) => {
      await reachable(lanes.updateOne(heldBy(turn), { $unset: { holder: true } }));
    },
  };
}

/** Two that make it at once: the other one was quicker. */
async function make(
  lanes: Collection<LaneDocument>,
  _id: string,
  holder: string,
): Promise<number | undefined> {
  try {
    await reachable(lanes.insertOne({ _id, holder, term: 1 }));
    return 1;
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}
