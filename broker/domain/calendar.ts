import type { Micros } from './entity.ts';

/** So many calendar months later or earlier, in UTC; where that month has no such day, on its last one. */
export function addMonths(at: Micros, months: number): Micros {
  const milliseconds = Math.floor(at / 1000);
  const date = new Date(milliseconds);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  date.setUTCDate(Math.min(day, daysInMonth(date)));
  return date.getTime() * 1000 + (at - milliseconds * 1000);
}

/** The last day of a month is the one before the first of the next. */
function daysInMonth(date: Date): number {
  const last = new Date(date);
  last.setUTCMonth(last.getUTCMonth() + 1);
  last.setUTCDate(0);
  return last.getUTCDate();
}
