import { localOf, utcOf } from '../mapping/local-time.ts';
import type { Place } from '../measurement.ts';
import type { DayName } from '../registry/rule-settings.ts';
import { type SunDay, sunOf } from './sun.ts';
import type { TimeOfDay } from './time-of-day.ts';

/** Days of a place: numbered from 1 January 1970 by its clocks. Times are microseconds since 1970. */
export interface Almanac {
  dayOf(time: number): number;
  /** When a time of that day is; undefined where the sun does not rise or set. */
  timeOn(day: number, time: TimeOfDay): number | undefined;
  /**
   * When a window from the time on begins, or up to the time ends. Where the sun does not set, it is light from midnight to midnight;
   * where it does not rise, it is dark from noon to noon. Undefined where there is nothing that could begin or end.
   */
  edgeOn(day: number, time: TimeOfDay, edge: 'from' | 'to'): number | undefined;
}

const DAY = 86_400_000_000;
/** There are few rules, and they ask for the same days again and again. */
const mostKept = 1000;

/** The almanac of a time zone and, where times go by the sun, a place. */
export function almanac(timezone: string, place: Place | undefined): Almanac {
  const kept = new Map<number, SunDay>();
  const sunOn = (day: number): SunDay | undefined => {
    if (place === undefined) return undefined;
    const known = kept.get(day) ?? sunOf(utcOf(day * DAY + DAY / 2, timezone), place);
    if (kept.size >= mostKept) kept.clear();
    kept.set(day, known);
    return known;
  };
  const clockOn = (day: number, sinceMidnight: number): number => utcOf(day * DAY + sinceMidnight, timezone);
  return {
    dayOf: (time) => Math.floor(localOf(time, timezone) / DAY),
    timeOn: (day, time) => {
      if (time.kind === 'clock') return clockOn(day, time.sinceMidnight);
      const sun = sunOn(day);
      return sun?.kind === 'ordinary' ? sun[time.event] + time.offset : undefined;
    },
    edgeOn: (day, time, edge) => {
      if (time.kind === 'clock') return clockOn(day, time.sinceMidnight);
      const sun = sunOn(day);
      if (sun?.kind === 'ordinary') return sun[time.event] + time.offset;
      return sun && polarEdge(sun, (edge === 'from') === (time.event === 'sunset') ? 'dark' : 'light', edge);
    },
  };
}

/** `inside`: what it is within the window at that edge. */
function polarEdge(
  sun: Exclude<SunDay, { kind: 'ordinary' }>,
  inside: 'dark' | 'light',
  edge: 'from' | 'to',
): number | undefined {
  if (sun.kind === 'polar-night') return inside === 'dark' ? sun.noon : undefined;
  if (inside === 'dark') return undefined;
  return edge === 'from' ? sun.midnight : sun.midnight + DAY;
}

const names: readonly DayName[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The day of the week; the first of all was a Thursday. */
export function weekdayOf(day: number): DayName {
  return names[(((day + 4) % 7) + 7) % 7] ?? 'sun';
}
