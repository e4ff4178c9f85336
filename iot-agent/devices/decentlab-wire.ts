/** What an interval of a vibrating wire's oscillation says. */
export interface Oscillation {
  /** Seconds. */
  readonly interval: number;
  /** Hertz. */
  readonly frequency: number;
}

const TICKS_PER_SECOND = 32768;

/**
 * The oscillation of a vibrating wire.
 * @param count of oscillations in the interval.
 * @param ticks of the interval; without any there is no frequency.
 */
export function oscillation(count: number, ticks: number): Oscillation {
  return { interval: ticks / TICKS_PER_SECOND, frequency: (count / ticks) * TICKS_PER_SECOND };
}
