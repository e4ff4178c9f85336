import { isLocalTime, parseDateTime } from '../date-time.ts';
import type { PlainMeasure } from '../measurement.ts';

/**
 * Microseconds since 1970 of the time at which something was measured or received, as `parseDateTime` reads it.
 * `undefined` for what is no time, or lies before 1970: that is a clock which was never set.
 */
export function parseTime(text: string): number | undefined {
  const time = parseDateTime(text);
  return time !== undefined && time >= 0 ? time : undefined;
}

/** When something was measured: without an offset it is meant in the zone of the device, which is not known here. */
export type MeasuredAt = Pick<PlainMeasure, 'observedAt' | 'isLocal'>;

/** The time of a measure, as `parseTime` reads it. */
export function parseMeasuredAt(text: string): MeasuredAt | undefined {
  const observedAt = parseTime(text);
  if (observedAt === undefined) return undefined;
  return isLocalTime(text) ? { observedAt, isLocal: true } : { observedAt };
}
