// A timeout that a Subscription asks for is honoured up to this, so that it cannot hold a slot for hours.
const LONGEST = 120_000;

/** Whole milliseconds that a receiver has: what the Subscription asks for (`endpoint.timeout`), else the setting. */
export function patienceOf(asked: number | undefined, setting: number): number {
  return Math.ceil(Math.min(asked ?? setting, LONGEST));
}
