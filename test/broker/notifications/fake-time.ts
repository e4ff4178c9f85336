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

/** Milliseconds, less than a test may take. */
const PATIENCE = 60_000;

/** Resolves as soon as the condition holds. @throws when it does not in time */
export async function until(condition: () => boolean, patience = PATIENCE): Promise<void> {
  await eventually(
    async () => condition(),
    (holds) => holds,
    patience,
  );
}

/** The first answer that will do. @throws with the last one when none does in time */
export async function eventually<T>(
  ask: () => Promise<T>,
  willDo: (answer: T) => boolean,
  patience = PATIENCE,
): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await ask();
    if (willDo(answer)) return answer;
    if (performance.now() > end) throw new Error(`waited in vain; last: ${JSON.stringify(answer)}`);
    await new Promise(setImmediate);
  }
}
