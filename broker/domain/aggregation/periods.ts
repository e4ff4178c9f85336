import { addMonths } from '../calendar.ts';
import { nextMoment } from '../date-time.ts';
import type { Duration } from '../duration.ts';
import type { Micros } from '../entity.ts';

/** A span of time: `start` belongs to it, `end` to the next one. */
export interface Period {
  readonly start: Micros;
  readonly end: Micros;
}

/** As many days as a month has on average of the 400 years after which the calendar repeats itself. */
const MONTH: Micros = (146_097 / 4800) * 86_400_000_000;

/** How long the periods of a duration are on average. */
export function averageLength({ months, micros }: Duration): Micros {
  return months * MONTH + micros;
}

/**
 * Finds the period that a moment lies in. Periods follow each other from the anchor on, in both directions (clause
 * 4.5.19.1); months are counted from the anchor, so that those from the 31st on begin on the last day of shorter ones.
 */
export function periodsFrom(anchor: Micros, duration: Duration): (at: Micros) => Period {
  return duration.months === 0 ? equalPeriods(anchor, duration.micros) : calendarPeriods(anchor, duration);
}

/** They may be too many to be counted by a double: millions in a second, for ten thousand years. */
function equalPeriods(anchor: Micros, length: Micros): (at: Micros) => Period {
  return (at) => {
    const distance = at - anchor;
    const rest = Number.isSafeInteger(distance)
      ? distance % length
      : Number((BigInt(at) - BigInt(anchor)) % BigInt(length));
    const start = at - (rest < 0 ? rest + length : rest);
    return { start, end: Math.max(start + length, nextMoment(at)) };
  };
}

function calendarPeriods(anchor: Micros, duration: Duration): (at: Micros) => Period {
  const { months, micros } = duration;
  const startOf = (index: number): Micros => addMonths(anchor, index * months) + index * micros;
  const average = averageLength(duration);
  return (at) => {
    let index = Math.floor((at - anchor) / average);
    while (startOf(index) > at) index--;
    while (startOf(index + 1) <= at) index++;
    return { start: startOf(index), end: startOf(index + 1) };
  };
}
