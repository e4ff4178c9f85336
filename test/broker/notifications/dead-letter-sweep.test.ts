import { describe, expect, it } from '@jest/globals';
import { DeadLetterSweep } from '../../../broker/notifications/dead-letter-sweep.ts';
import type { DeadLetterLimits } from '../../../broker/store/dead-letters.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { fakeTime, START } from './fake-time.ts';

const MINUTE = 60_000;

/** A sweep over Subscriptions of which each has so many pieces of dead letters to be forgotten. */
function sweepOf(pieces: Readonly<Record<string, number>>) {
  const time = fakeTime();
  const left = new Map(Object.entries(pieces));
  const asked: (DeadLetterLimits & { readonly id: string })[] = [];
  const state = { isAway: false, onAsked: (): void => {} };
  const sweep = new DeadLetterSweep({
    outbox: {
      subscriptionsWithDeadLetters: async () => {
        if (state.isAway) throw new Error('the store is away');
        return [...left.keys()].map((subscriptionId) => ({ tenant: 'city', subscriptionId }));
      },
      forgetDeadLetters: async (_tenant, id, limits) => {
        asked.push({ id, ...limits });
        state.onAsked();
        const rest = (left.get(id) ?? 0) - 1;
        left.set(id, Math.max(0, rest));
        return rest > 0;
      },
    },
    now: time.now,
    timers: time.timers,
    log: createLogger({ name: 'test', level: 'silent' }),
    keptFor: 7000,
    most: 3,
  });
  return { time, asked, state, sweep };
}

describe('the sweep of dead letters', () => {
  it('forgets what is beyond the limits of every Subscription, piece by piece, once a minute', async () => {
    const { time, asked, sweep } = sweepOf({ one: 3, other: 0 });
    sweep.start();
    await time.pass(MINUTE - 1);
    expect(asked).toEqual([]);
    await time.pass(1);
    expect(asked.map(({ id }) => id)).toEqual(['one', 'one', 'one', 'other']);
    expect(asked[0]).toMatchObject({ since: START + (MINUTE - 7000) * 1000, most: 3 });
    await time.pass(MINUTE);
    expect(asked).toHaveLength(6);
    expect(time.waiting()).toBe(1);
  });

  it('goes on when the store is there again', async () => {
    const { time, asked, state, sweep } = sweepOf({ one: 1 });
    state.isAway = true;
    sweep.start();
    await time.pass(MINUTE);
    expect(asked).toEqual([]);
    state.isAway = false;
    await time.pass(MINUTE);
    expect(asked).toHaveLength(1);
  });

  it('stops between two pieces', async () => {
    const { time, asked, state, sweep } = sweepOf({ one: 5, other: 5 });
    let stopped: Promise<void> | undefined;
    state.onAsked = () => {
      stopped ??= sweep.stop();
    };
    sweep.start();
    await time.pass(MINUTE);
    await stopped;
    expect(asked).toHaveLength(1);
    expect(time.waiting()).toBe(0);
  });
});
