import { setTimeout as delay } from 'node:timers/promises';

/** Waits longer from failure to failure, up to a limit, with some chance in it so that many do not come back at once. */
export interface Backoff {
  /** Waits after a failure, at least `atLeast` milliseconds; ends early, without an error, when stopped. */
  wait(atLeast?: number): Promise<void>;
  /** After a success. */
  reset(): void;
}

/** `first` and `most` in milliseconds. */
export function backoff({
  first,
  most,
  signal,
  random = Math.random,
}: {
  readonly first: number;
  readonly most: number;
  readonly signal: AbortSignal;
  readonly random?: () => number;
}): Backoff {
  let failures = 0;
  return {
    wait: async (atLeast = 0) => {
      const grown = Math.min(most, first * 2 ** Math.min(failures++, 30));
      const pause = Math.max(Math.min(atLeast, 10 * most), grown * (0.5 + random() / 2));
      await delay(pause, undefined, { signal }).catch(() => undefined);
    },
    reset: () => {
      failures = 0;
    },
  };
}
