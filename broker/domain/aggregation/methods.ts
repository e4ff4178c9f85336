import { formatDateTime } from '../date-time.ts';
import type { Json } from '../entity.ts';
import { type Sample, type SampleKind, textOf } from './sample.ts';
import { type Extreme, type KindSummary, spreadOf } from './summary.ts';
import { compensatedSum, standardDeviation } from './sums.ts';

/** What a method makes of the samples of one period. */
export interface Accumulator {
  add(sample: Sample): void;
  /** Adds values of one kind that are known by their summary alone; what it does not tell leaves no result. */
  addSummary(kind: SampleKind, summary: KindSummary): void;
  /** Undefined where there is nothing to tell of, or no number is large enough. */
  result(): Json | undefined;
}

/** Takes what is remembered of a period from a bound that is shared; undefined to give it back. */
export interface Memory {
  take(weight: number): void;
}

interface Method {
  /** The kinds of values that are eligible. */
  readonly accepts: readonly SampleKind[];
  readonly start: (memory: Memory) => Accumulator;
}

const numbers = ['number'] as const;
const sizes = ['number', 'array'] as const;
const ordered = ['number', 'array', 'DateTime', 'Date', 'Time', 'string'] as const;
const all = [...ordered, 'other'] as const;

/** Tables 4.5.19.1-1 to 4.5.19.1-3, one entry for each method. */
export const METHODS = {
  totalCount: { accepts: all, start: totalCount },
  distinctCount: { accepts: all, start: distinctCount },
  sum: { accepts: sizes, start: () => summing((number) => number, 'sum') },
  avg: { accepts: [...sizes, 'Time'], start: average },
  min: { accepts: ordered, start: () => extreme(-1) },
  max: { accepts: ordered, start: () => extreme(1) },
  stddev: { accepts: numbers, start: deviation },
  sumsq: { accepts: numbers, start: () => summing((number) => number * number, 'sumsq') },
} as const satisfies Readonly<Record<string, Method>>;

/** The names of clause 4.5.19.1. */
export type AggregationMethod = keyof typeof METHODS;

function totalCount(): Accumulator {
  let count = 0;
  return {
    add: () => {
      count++;
    },
    addSummary: (_, summary) => {
      count += summary.count;
    },
    result: () => count,
  };
}

function distinctCount(memory: Memory): Accumulator {
  const met = new Set<string>();
  let isKnown = true;
  return {
    add: ({ values }) => {
      for (const value of values) {
        const text = textOf(value);
        if (met.has(text)) continue;
        memory.take(text.length);
        met.add(text);
      }
    },
    addSummary: () => {
      isKnown = false;
    },
    result: () => (isKnown ? met.size : undefined),
  };
}

/** In a summary the sum is a member of its own. */
function summing(term: (number: number) => number, member: 'sum' | 'sumsq'): Accumulator {
  const sum = compensatedSum();
  let isEmpty = true;
  return {
    add: ({ measure }) => {
      isEmpty = false;
      sum.add(term(measure as number));
    },
    addSummary: (_, { [member]: all }) => {
      isEmpty = false;
      sum.add(all ?? Number.POSITIVE_INFINITY);
    },
    result: () => (isEmpty ? undefined : finite(sum.value())),
  };
}

/** Of numbers and sizes where there are any, else the average time of the day. */
function average(): Accumulator {
  const ofNumbers = { sum: compensatedSum(), count: 0 };
  const ofTimes = { sum: compensatedSum(), count: 0 };
  return {
    add: ({ kind, measure }) => {
      const mean = kind === 'Time' ? ofTimes : ofNumbers;
      mean.sum.add(measure as number);
      mean.count++;
    },
    addSummary: (kind, { sum, count }) => {
      const mean = kind === 'Time' ? ofTimes : ofNumbers;
      mean.sum.add(sum ?? Number.POSITIVE_INFINITY);
      mean.count += count;
    },
    result: () => {
      if (ofNumbers.count > 0) return finite(ofNumbers.sum.value() / ofNumbers.count);
      if (ofTimes.count > 0) return timeText(Math.round(ofTimes.sum.value() / ofTimes.count));
      return undefined;
    },
  };
}

function deviation(): Accumulator {
  const spread = standardDeviation();
  let isEmpty = true;
  return {
    add: ({ measure }) => {
      isEmpty = false;
      spread.add(measure as number);
    },
    addSummary: (_, summary) => {
      isEmpty = false;
      spread.merge(spreadOf(summary));
    },
    result: () => (isEmpty ? undefined : finite(spread.value())),
  };
}

/** Values of different kinds are in the order of these. */
const RANKS: Readonly<Record<SampleKind, number>> = {
  number: 0,
  array: 0,
  DateTime: 1,
  Date: 1,
  Time: 2,
  string: 3,
  other: 4,
};

/** What tells its result in the form that summaries have it, too. */
interface ExtremeAccumulator extends Accumulator {
  extreme(): Extreme | undefined;
}

/** The first in order for -1, the last for 1. */
function extreme(direction: 1 | -1): ExtremeAccumulator {
  let found: Sample | undefined;
  const add = (sample: Sample): void => {
    if (found === undefined || compare(sample, found) * direction > 0) found = sample;
  };
  return {
    add,
    addSummary: (kind, { [direction < 0 ? 'min' : 'max']: known }) => {
      if (known !== undefined) add({ kind, measure: known.measure, values: [known.value ?? known.measure] });
    },
    result: () => found && shownOf(found),
    extreme: () => {
      if (found === undefined) return undefined;
      const { measure } = found;
      const value = shownOf(found);
      return { measure, ...(value !== undefined && value !== measure && { value }) };
    },
  };
}

function compare(one: Sample, other: Sample): number {
  const ranks = RANKS[one.kind] - RANKS[other.kind];
  if (ranks !== 0) return ranks;
  if (one.measure === other.measure) return 0;
  return one.measure < other.measure ? -1 : 1;
}

/** A number as it was given where it was one; true is 1, an array its size. */
function shownOf({ kind, measure, values: [value] }: Sample): Json | undefined {
  return kind === 'array' || typeof value === 'boolean' ? measure : value;
}

/** JSON has no infinite numbers. */
function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

/** What stands behind the date in the first day that there is. */
function timeText(micros: number): string {
  return formatDateTime(micros).slice('1970-01-01T'.length);
}
