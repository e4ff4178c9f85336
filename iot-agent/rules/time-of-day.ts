import { parseDuration } from '../commands/duration.ts';

/** A time that comes every day: on the clock, or by the sun with microseconds before or after. */
export type TimeOfDay =
  | { readonly kind: 'clock'; readonly sinceMidnight: number }
  | { readonly kind: 'sun'; readonly event: SunEvent; readonly offset: number };

export type SunEvent = 'sunrise' | 'sunset';

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const SUN = /^(sunrise|sunset)(?:([+-])(P.+))?$/;
const HALF_A_DAY = 43_200_000_000;

/** Reads `22:00`, `06:30:15`, `sunset`, `sunrise-PT30M`; undefined for what is none of these. */
export function parseTimeOfDay(text: string): TimeOfDay | undefined {
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, hours, minutes, seconds = '0'] = clock;
    const sinceMidnight = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6;
    return { kind: 'clock', sinceMidnight };
  }
  const sun = SUN.exec(text);
  if (sun === null) return undefined;
  const [, event, sign, duration] = sun;
  const offset = duration === undefined ? 0 : parseDuration(duration);
  if (offset === undefined || offset > HALF_A_DAY) return undefined;
  return { kind: 'sun', event: event as SunEvent, offset: sign === '-' ? -offset : offset };
}
