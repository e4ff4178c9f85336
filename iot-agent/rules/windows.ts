import type { DayName } from '../registry/rule-settings.ts';
import { type Almanac, weekdayOf } from './almanac.ts';
import type { TimeOfDay } from './time-of-day.ts';

/** From a time up to, but not including, another; microseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Spans that come again and again. */
export interface Windows {
  /** The span of a day; undefined where it has none. */
  on(day: number): Span | undefined;
  /** The span that a time is in, or else the next one; undefined when there is none within a year. */
  at(time: number): Span | undefined;
}

/** Longer than any night of the poles, and any week. */
const mostDays = 370;

/** The windows from one time of the day to the next other one, of the days named; of all days where none is. */
export function windows(
  days: Almanac,
  from: TimeOfDay,
  to: TimeOfDay,
  names: readonly DayName[] | undefined,
): Windows {
  const on = (day: number): Span | undefined => {
    if (names !== undefined && !names.includes(weekdayOf(day))) return undefined;
    const begin = days.edgeOn(day, from, 'from');
    if (begin === undefined) return undefined;
    const ends = [day, day + 1].map((one) => days.edgeOn(one, to, 'to'));
    const end = ends.find((one) => one !== undefined && one > begin);
    return end === undefined ? undefined : { from: begin, to: end };
  };
  let kept: (Span & { readonly since: number }) | undefined;
  const at = (time: number): Span | undefined => {
    if (kept !== undefined && time >= kept.since && time < kept.to) return kept;
    const span = firstFrom(days.dayOf(time) - 2, (day) => {
      const one = on(day);
      return one !== undefined && one.to > time ? one : undefined;
    });
    kept = span && { ...span, since: time };
    return span;
  };
  return { on, at };
}

/** What the first day has that has something; undefined when no day of a year has. */
export function firstFrom<T>(first: number, of: (day: number) => T | undefined): T | undefined {
  for (let day = first; day < first + mostDays; day++) {
    const found = of(day);
    if (found !== undefined) return found;
  }
  return undefined;
}
