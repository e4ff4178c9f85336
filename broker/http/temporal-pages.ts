import type { TemporalRange } from '../domain/representation/temporal-range.ts';
import type { Reply } from './route.ts';

/** What the range of a page is told in: as clause 6.3.10 writes it, or as clients of other brokers may expect it. */
export const rangeUnits = ['DateTime', 'date-time'] as const;
export type RangeUnit = (typeof rangeUnits)[number];

/** 200 for a whole Temporal Evolution, 206 with its time range for a part of one (clause 6.3.10). */
export function partOf(range: TemporalRange | undefined, unit: RangeUnit): Pick<Reply, 'status' | 'headers'> {
  if (range === undefined) return { status: 200 };
  const { start, end, size } = range;
  return { status: 206, headers: { 'Content-Range': `${unit} ${start}-${end}/${size}` } };
}
