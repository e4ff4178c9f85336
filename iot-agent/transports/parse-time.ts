import { parseDateTime } from '../date-time.ts';

/**
 * Microseconds since 1970 of the time at which something was measured or received, as `parseDateTime` reads it. What lies before
 * 1970 is a clock that was never set: `undefined`, as for what is no time.
 */
export function parseTime(text: string): number | undefined {
  const time = parseDateTime(text);
  return time !== undefined && time >= 0 ? time : undefined;
}
