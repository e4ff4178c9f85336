import type { Db } from 'mongodb';
import { reachable } from './mongo-away.ts';

/** Tells agents that share a registry of each other's changes, by a number that every change raises. */
export interface Revision {
  /** After a change of our own. */
  raise(): Promise<void>;
  /** Adds a function to call when others have changed something. */
  onForeign(listener: () => void): void;
  close(): void;
}

/** Now and then others are supposed to have changed something: one may have died between its change and its raise. */
const pollsUntilDoubt = 60;

/** Looks for others' changes every `pollInterval` milliseconds. */
export function mongoRevision(database: Db, pollInterval: number): Revision {
  const collection = database.collection<{ readonly _id: string; readonly number: number }>('agent_revision');
  const ours = { _id: 'registry' };
  let known = -1;
  let polls = 0;
  let isPolling = false;
  const listeners: (() => void)[] = [];
  const poll = async (): Promise<void> => {
    const number = (await collection.findOne(ours))?.number ?? 0;
    polls += 1;
    // The first look, too: others may have changed something since this agent's first question.
    const isForeign = number !== known;
    known = number;
    if (isForeign || polls % pollsUntilDoubt === 0) for (const listener of listeners) listener();
  };
  const timer = setInterval(() => {
    if (isPolling) return;
    isPolling = true;
    // While the database is away there is nothing to learn; its calls tell their callers.
    poll()
      .catch(() => undefined)
      .finally(() => {
        isPolling = false;
      });
  }, pollInterval);
  return {
    raise: async () => {
      const options = { upsert: true, returnDocument: 'after' } as const;
      const raised = await reachable(collection.findOneAndUpdate(ours, { $inc: { number: 1 } }, options));
      // With a gap, somebody else was between: the next poll finds out.
      if (raised?.number === known + 1) known = raised.number;
    },
    onForeign: (added) => {
      listeners.push(added);
    },
    close: () => clearInterval(timer),
  };
}
