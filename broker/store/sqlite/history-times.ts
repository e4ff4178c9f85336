import { AFTER_ALL, BEFORE_ALL } from '../../domain/date-time.ts';
import type { Micros } from '../../domain/entity.ts';
import { NEVER } from '../history-page.ts';
import type { HistoryQuery } from '../temporal-store.ts';

type TimeBounds = Pick<HistoryQuery, 'from' | 'to'>;

/** The columns' form of a time that is not there: before all others. */
export const NO_TIME = Number.MIN_SAFE_INTEGER;
/** Stands for itself and all before it: what is further away than 2^53 microseconds could not be read (1684 to 2255). */
const FIRST = NO_TIME + 1;
/** Stands for itself and all behind it. */
const LAST = Number.MAX_SAFE_INTEGER - 1;

/** Where a time, or none, stands among those of the columns. A time that is not later is not behind it there. */
export function toColumn(time: Micros | undefined): number {
  return time === undefined ? NO_TIME : Math.min(Math.max(time, FIRST), LAST);
}

/** Bounds of columns for what lies from one time on and before another; what has none is within no bounds. */
export function toBounds(from: Micros | undefined, to: Micros | undefined): readonly number[] {
  const earliest = toColumn(from ?? BEFORE_ALL);
  return to === undefined ? [earliest] : [earliest, toColumn(to) + 1];
}

/** The same for what is surely there: of a time that columns have exactly. The upper bound is exclusive. */
export function toSureBounds({ from, to }: TimeBounds): readonly [from: number, to: number] {
  return [Math.max(toColumn(from), FIRST + 1), to === undefined ? LAST : Math.min(toColumn(to), LAST)];
}

/** True for the column of a time that lies within the bounds; false where it cannot be told. */
export function isSurelyWithin(column: number, bounds: TimeBounds): boolean {
  const [from, to] = toSureBounds(bounds);
  return column >= from && column < to;
}

/** The earliest time that a column can stand for; NEVER for none. */
export function earliestOf(column: number): Micros {
  if (column === NO_TIME) return NEVER;
  return column === FIRST ? BEFORE_ALL : column;
}

/** The latest time that a column can stand for; NEVER for none. */
export function latestOf(column: number): Micros {
  if (column === NO_TIME) return NEVER;
  return column === LAST ? AFTER_ALL : column;
}
