import type { PlannedCommand } from '../registry/rule-book.ts';

/** Bounds what a rule sends: what fulfils its own condition by a way that nobody sees would go on for ever. */
export interface SendingLimit {
  /** Counts a command, once however often it is tried; false when there have been too many of the same rule for the same Entity in this minute. */
  admits(
    command: Pick<PlannedCommand, 'tenant' | 'rule' | 'entityId' | 'command' | 'due'>,
    now: number,
  ): boolean;
}

const minute = 60_000_000;
/** Rules are few, and their Entities too: beyond this, counting begins anew. */
const mostCounted = 100_000;

/** At most so many a minute. */
export function sendingLimit(most: number): SendingLimit {
  const counts = new Map<string, { since: number; times: number; due: number }>();
  return {
    admits: ({ tenant, rule, entityId, command, due }, now) => {
      const key = JSON.stringify([tenant, rule, entityId, command]);
      const count = counts.get(key);
      if (count === undefined || now - count.since >= minute) {
        if (counts.size >= mostCounted) counts.clear();
        counts.set(key, { since: now, times: 1, due });
        return true;
      }
      if (count.due !== due) Object.assign(count, { due, times: count.times + 1 });
      return count.times <= most;
    },
  };
}
