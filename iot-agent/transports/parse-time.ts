import { parseDateTime } from '../date-time.ts';

/**
 * Microseconds since 1970 of the time at which something was measured or received, as `parseDateTime` reads it.
 * `undefined` for what is no time, or lies before 1970: that is a clock which was never set.
 */
export function parseTime(text: string): number | undefined {
  const time = parseDateTime(text);
  return time !== undefined && time >= 0 ? time : undefined;
}
