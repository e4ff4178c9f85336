import type { Timers } from '../../../broker/notifications/timers.ts';
import { fakeClock } from '../../../runtime/clock.ts';

/** A clock and timers that stand still until a test moves them. */
export interface FakeTime {
  readonly now: () => number;
  readonly timers: Timers;
  /** Moves the clock, and runs what falls due on the way in its order, letting promises go on after each. */
  pass(milliseconds: number): Promise<void>;
  /** Calls off every timer: the process that set them is gone. */
  crash(): void;
  /** Timers that are set. */
  waiting(): number;
}

export const START = 1_800_000_000_000_000;

/** Time that begins at `START`. */
export function fakeTime(): FakeTime {
  const clock = fakeClock(START);
  const due = new Map<symbol, { readonly at: number; readonly task: () => void }>();
  let passed = 0;
  const moveTo = (milliseconds: number): void => {
    clock.advance((milliseconds - passed) * 1000);
    passed = milliseconds;
  };
  return {
    now: () => clock.now(),
    crash: () => due.clear(),
    waiting: () => due.size,
    timers: {
      after: (milliseconds, task) => {
        const key = Symbol('timer');
        due.set(key, { at: passed + milliseconds, task });
        return () => void due.delete(key);
      },
    },
    pass: async (milliseconds) => {
      await rest();
      const end = passed + milliseconds;
      for (;;) {
        const [next] = [...due].sort(([, one], [, other]) => one.at - other.at);
        if (!next || next[1].at > end) break;
        due.delete(next[0]);
        moveTo(Math.max(passed, next[1].at));
        next[1].task();
        await rest();
      }
      moveTo(end);
      await rest();
    },
  };
}

const TURNS = 25;

/** Lets everything that needs no timer and no network come to its end. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate);
}

/** Resolves as soon as the condition holds. @throws when it does not within ten seconds */
export async function until(condition: () => boolean, what = String(condition)): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise(setImmediate);
  }
}
