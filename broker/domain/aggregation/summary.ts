import type { Json } from '../entity.ts';
import type { SampleKind } from './sample.ts';

/** The least or greatest of some values. */
export interface Extreme {
  /** What it is compared by. */
  readonly measure: number | string;
  /** What is shown of it, where that is not the measure. */
  readonly value?: Json;
}

/** What is kept of values of one kind. What is `null` was too large for a number. */
export interface KindSummary {
  readonly count: number;
  /** Of numbers, sizes and times of the day. */
  readonly sum?: number | null;
  /** Of numbers, as is `spread`: the sum of the squares of their distances from the mean. */
  readonly sumsq?: number | null;
  readonly spread?: number | null;
  readonly min?: Extreme;
  readonly max?: Extreme;
}

/** What is kept of the values of a period when they are rolled up. */
export type Summary = Readonly<Partial<Record<SampleKind, KindSummary>>>;

/** The kinds of values that a summary is of. */
export function summaryKinds(summary: Summary): readonly (readonly [SampleKind, KindSummary])[] {
  return Object.entries(summary) as unknown as readonly [SampleKind, KindSummary][];
}

/** What a deviation is merged from. */
export function spreadOf({ count, sum, spread }: KindSummary): {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
} {
  const infinite = Number.POSITIVE_INFINITY;
  return { count, mean: (sum ?? infinite) / count, squares: spread ?? infinite };
}
