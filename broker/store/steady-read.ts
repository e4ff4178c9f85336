import { NgsiLdError } from '../domain/errors.ts';

/** How a store tells whether something was rolled up, and keeps it from being. */
export interface Steadiness {
  /** Tells of the roll-ups that are read; another one whenever instances have become part of one, or hours of a day. */
  state(): Promise<string | number>;
  /**
   * Asks those who roll up to wait until `release`, or `LONGEST_HOLD`; resolves when a step that was under way may have
   * ended. Told how often it was asked before.
   */
  hold(before: number): Promise<void>;
  release(): Promise<void>;
}

/** How long who rolls up waits for who reads, in milliseconds. */
export const LONGEST_HOLD = 10_000;

/** The first one may be disturbed by a step, the second by one that was under way when it was asked to wait. */
const ATTEMPTS = 5;

/** See `steadily` of RollUpStore. */
export async function readSteadily<T>(steadiness: Steadiness, read: () => Promise<T>): Promise<T> {
  let isHeld = false;
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await steadiness.state();
      const found = await read();
      if ((await steadiness.state()) === before) return found;
      if (attempt === ATTEMPTS - 1) break;
      isHeld = true;
      await steadiness.hold(attempt);
    }
  } finally {
    if (isHeld) await steadiness.release();
  }
  throw new NgsiLdError(
    'Unavailable',
    'what is aggregated is being rolled up at the moment: try again soon, or ask for a shorter time range',
  );
}
