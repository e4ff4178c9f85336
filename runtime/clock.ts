/** The time of one process. */
export interface Clock {
  /** Microseconds since 1970-01-01T00:00:00Z, a whole number, greater than every earlier answer. */
  now(): number;
}

/**
 * The wall clock with microseconds that never goes back: it starts from the system's time and adds the
 * monotonic counter, and it follows the system when that is ahead (a machine that slept, a clock set forward).
 * When the system's time is set back, it goes on at half speed until that has caught up.
 */
export function systemClock(): Clock {
  let last = 0;
  let lastCount = performance.now();
  const now = (): number => {
    const count = performance.now();
    const wall = Date.now() * 1000;
    const precise = Math.floor((performance.timeOrigin + count) * 1000);
    // The monotonic counter stands still while a machine sleeps and ignores a clock that is set: a difference of
    // more than a second means that the system's time is the one to believe.
    const current = Math.abs(wall - precise) > 1_000_000 ? wall : precise;
    // Never standing still, or whatever is due in a second would wait until the system has caught up.
    last = current > last ? current : last + 1 + Math.floor((count - lastCount) * 500);
    lastCount = count;
    return last;
  };
  return { now };
}

/** A clock for tests: it stands still but for the microsecond that each reading takes, until it is moved. */
export function fakeClock(start: number): Clock & { advance(microseconds: number): void } {
  let next = start;
  return {
    now: () => next++,
    advance: (microseconds) => {
      next += microseconds;
    },
  };
}
