import type { Attribute } from '../entity.ts';
import { METHODS } from './methods.ts';
import { type Sample, type SampleKind, toSample } from './sample.ts';
import { type Extreme, type KindSummary, type Summary, spreadOf, summaryKinds } from './summary.ts';
import { standardDeviation } from './sums.ts';

/** A summary while values are added to it, in any order. */
export interface SummaryDraft {
  add(instance: Attribute): void;
  /** Adds all that another summary is of. */
  addSummary(summary: Summary): void;
  result(): Summary;
}

/** An empty draft. */
export function draftSummary(): SummaryDraft {
  const kinds = new Map<SampleKind, KindDraft>();
  const draftOf = (kind: SampleKind): KindDraft => {
    const draft = kinds.get(kind) ?? draftKind(kind);
    kinds.set(kind, draft);
    return draft;
  };
  return {
    add: (instance) => {
      const sample = toSample(instance);
      draftOf(sample.kind).add(sample);
    },
    addSummary: (summary) => {
      for (const [kind, of] of summaryKinds(summary)) draftOf(kind).addSummary(of);
    },
    result: () => Object.fromEntries([...kinds].map(([kind, draft]) => [kind, draft.result()])),
  };
}

interface KindDraft {
  add(sample: Sample): void;
  addSummary(summary: KindSummary): void;
  result(): KindSummary;
}

function draftKind(kind: SampleKind): KindDraft {
  const { sum, sumsq, min, max } = METHODS;
  const isNumber = kind === 'number';
  const isSummed = isNumber || kind === 'array' || kind === 'Time';
  const extremes = kind === 'other' ? undefined : { min: min.start(), max: max.start() };
  const spread = standardDeviation();
  const sums = { sum: sum.start(), sumsq: sumsq.start() };
  const accumulators = [
    ...(isSummed ? [sums.sum] : []),
    ...(isNumber ? [sums.sumsq] : []),
    ...Object.values(extremes ?? {}),
  ];
  let count = 0;
  return {
    add: (sample) => {
      count++;
      for (const accumulator of accumulators) accumulator.add(sample);
      if (isNumber) spread.add(sample.measure as number);
    },
    addSummary: (summary) => {
      count += summary.count;
      for (const accumulator of accumulators) accumulator.addSummary(kind, summary);
      if (isNumber) spread.merge(spreadOf(summary));
    },
    result: () => ({
      count,
      ...(isSummed && { sum: (sums.sum.result() as number | undefined) ?? null }),
      ...(isNumber && {
        sumsq: (sums.sumsq.result() as number | undefined) ?? null,
        spread: Number.isFinite(spread.squares()) ? spread.squares() : null,
      }),
      ...(extremes && { min: extremes.min.extreme() as Extreme, max: extremes.max.extreme() as Extreme }),
    }),
  };
}
