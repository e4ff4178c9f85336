import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import type { Attribute, Json, Micros } from '../entity.ts';
import type { LanguagePreferences } from '../representation/language.ts';
import type { AggregationQuery } from './aggregation-query.ts';
import type { AggregationBounds } from './bounds.ts';
import { type CommonUnit, commonUnit } from './common-unit.ts';
import { accepts } from './eligibility.ts';
import { type Accumulator, type AggregationMethod, METHODS } from './methods.ts';
import { type Period, periodsFrom } from './periods.ts';
import { type Sample, type SampleKind, toSample } from './sample.ts';
import { type Summary, summaryKinds } from './summary.ts';

/** What a method gave for a period. */
export interface AggregatedValue extends Period {
  readonly value: Json;
  /** That of all values of the period, where they have the same. */
  readonly unitCode?: string;
}

/** The instances of an Attribute that are aggregated together: those of one dataset, Properties or Relationships. */
export interface AggregatedSeries {
  readonly attribute: string;
  readonly type: 'Property' | 'Relationship';
  readonly datasetId?: string;
  /** By method, in the order of time; only periods in which there are instances that it is for. */
  readonly values: ReadonlyMap<AggregationMethod, readonly AggregatedValue[]>;
}

/** What was rolled up of the instances of one series in one period. */
export interface RolledUpSeries extends Period, Omit<AggregatedSeries, 'values'> {
  readonly summary: Summary;
  /** That of all of them, where they had the same. */
  readonly unitCode?: string;
}

/**
 * Aggregates the instances of one Entity as they come, in the order of time or against it. Keeps results, not
 * instances.
 */
export interface Aggregator {
  /** @throws what `onIneligible` throws; NgsiLdError TooComplexQuery beyond the bounds */
  add(attribute: string, instance: Attribute, at: Micros): void;
  /**
   * Adds what was rolled up, in the same order. False where it reaches beyond the period or the time range: it stands
   * for itself, then, with its own period.
   * @throws as `add`
   */
  addRolledUp(rolledUp: RolledUpSeries): boolean;
  finish(): readonly AggregatedSeries[];
}

export interface AggregatorOptions {
  readonly query: AggregationQuery;
  /**
   * Where periods begin to be counted: the first moment of the time range; else that of the first instance that is
   * added.
   */
  readonly anchor?: Micros;
  /** The begin of the time range, where it has one: what was rolled up may reach out of it. */
  readonly start?: Micros;
  /** The end of the time range, for a period that spans all of it; else that of the last instance. */
  readonly end?: Micros;
  /** Is told of values that a method is not for, which it passes over; it may throw. */
  readonly onIneligible: (attribute: string, kind: SampleKind, method: AggregationMethod) => void;
  readonly bounds: AggregationBounds;
  readonly lang?: LanguagePreferences | undefined;
}

interface Series {
  readonly attribute: string;
  readonly type: AggregatedSeries['type'];
  readonly datasetId: string | undefined;
  readonly values: Map<AggregationMethod, AggregatedValue[]>;
  /** What stands with its own period. */
  readonly apart: Map<AggregationMethod, AggregatedValue[]>;
  /** The period under way. */
  period: Period | undefined;
  accumulators: ReadonlyMap<AggregationMethod, Accumulator>;
  unit: CommonUnit;
  /** What it holds of the memory for distinct values. */
  held: number;
}

export function createAggregator(options: AggregatorOptions): Aggregator {
  const { query, lang } = options;
  const all = new Map<string, Series>();
  let findPeriod: ((at: Micros) => Period) | undefined;
  const seriesOf = seriesFinder(all);
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const periodAt = (at: Micros): Period => {
    // One that spans everything ends where everything does, which is known when all has come.
    if (query.duration === undefined)
      return { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
    findPeriod ??= periodsFrom(options.anchor ?? at, query.duration);
    return findPeriod(at);
  };
  const moveTo = (series: Series, at: Micros): void => {
    if (series.period !== undefined && at >= series.period.start && at < series.period.end) return;
    close(series, options);
    open(series, periodAt(at), options);
  };
  return {
    add: (attribute, instance, at) => {
      first = Math.min(first, at);
      last = Math.max(last, at);
      const series = seriesOf({ attribute, type: typeOf(instance), datasetId: instance.datasetId });
      moveTo(series, at);
      series.unit.add(instance.unitCode);
      accumulate(series, toSample(instance, lang), options);
    },
    addRolledUp: (rolledUp) => {
      first = Math.min(first, rolledUp.start);
      last = Math.max(last, rolledUp.end);
      const series = seriesOf(rolledUp);
      if (!isWithin(rolledUp, periodAt(rolledUp.start), options)) {
        standApart(series, rolledUp, options);
        return false;
      }
      moveTo(series, rolledUp.start);
      series.unit.add(rolledUp.unitCode);
      accumulateSummary(series, rolledUp.summary, options);
      return true;
    },
    finish: () => {
      for (const series of all.values()) close(series, options);
      const whole = { start: options.anchor ?? first, end: options.end ?? last };
      return [...all.values()].map((series) =>
        finished(series, query.duration === undefined ? whole : undefined),
      );
    },
  };
}

/** Of which type the series of an instance is. */
export function typeOf({ kind }: Pick<Attribute, 'kind'>): AggregatedSeries['type'] {
  return ATTRIBUTE_KINDS[kind].linkedMember === undefined ? 'Property' : 'Relationship';
}

interface SeriesKey extends Pick<AggregatedSeries, 'attribute' | 'type'> {
  readonly datasetId?: string | undefined;
}

/** Makes those that there are not yet. Most instances are of the series of the one before. */
function seriesFinder(all: Map<string, Series>): (key: SeriesKey) => Series {
  let latest: Series | undefined;
  return (key) => {
    if (latest === undefined || !isOfSeries(latest, key)) latest = seriesIn(all, key);
    return latest;
  };
}

function isOfSeries(series: SeriesKey, { attribute, type, datasetId }: SeriesKey): boolean {
  return series.attribute === attribute && series.type === type && series.datasetId === datasetId;
}

function seriesIn(all: Map<string, Series>, { attribute, type, datasetId }: SeriesKey): Series {
  const key = JSON.stringify([attribute, type, datasetId]);
  const known = all.get(key);
  if (known !== undefined) return known;
  const series: Series = {
    ...{ attribute, type, datasetId, period: undefined, accumulators: new Map(), held: 0 },
    unit: commonUnit(),
    values: new Map(),
    apart: new Map(),
  };
  all.set(key, series);
  return series;
}

function isWithin({ start, end }: Period, period: Period, options: AggregatorOptions): boolean {
  const from = Math.max(period.start, options.start ?? period.start);
  return start >= from && end <= Math.min(period.end, options.end ?? period.end);
}

function open(series: Series, period: Period, options: AggregatorOptions): void {
  series.period = period;
  series.accumulators = accumulatorsOf(series, options);
  series.unit = commonUnit();
}

function accumulatorsOf(series: Series, { query, bounds }: AggregatorOptions): Series['accumulators'] {
  const memory = {
    take: (weight: number): void => {
      series.held += bounds.remember(weight);
    },
  };
  return new Map(query.methods.map((method) => [method, METHODS[method].start(memory)]));
}

function close(series: Series, { bounds }: AggregatorOptions): void {
  const { period, values, accumulators, unit } = series;
  if (period === undefined) return;
  addResults(values, accumulators, { ...period, ...unitOf(unit.value()) }, bounds);
  bounds.forget(series.held);
  series.held = 0;
  series.period = undefined;
}

function addResults(
  values: Series['values'],
  accumulators: Series['accumulators'],
  of: Omit<AggregatedValue, 'value'>,
  bounds: AggregationBounds,
): void {
  for (const [method, accumulator] of accumulators) {
    const value = accumulator.result();
    const row = values.get(method) ?? [];
    values.set(method, row);
    if (value === undefined) continue;
    bounds.countValue();
    row.push({ ...of, value });
  }
}

function standApart(series: Series, rolledUp: RolledUpSeries, options: AggregatorOptions): void {
  const accumulators = accumulatorsOf(series, options);
  accumulateSummary({ ...series, accumulators }, rolledUp.summary, options);
  const { start, end, unitCode } = rolledUp;
  addResults(series.apart, accumulators, { start, end, ...unitOf(unitCode) }, options.bounds);
}

function unitOf(unitCode: string | undefined): Pick<AggregatedValue, 'unitCode'> {
  return unitCode === undefined ? {} : { unitCode };
}

function accumulateSummary(
  series: Pick<Series, 'attribute' | 'accumulators'>,
  summary: Summary,
  options: AggregatorOptions,
): void {
  for (const [kind, of] of summaryKinds(summary)) {
    for (const [method, accumulator] of series.accumulators) {
      if (accepts(method, kind)) accumulator.addSummary(kind, of);
      // In a language they may have been strings, which the summary does not tell.
      else if (options.lang === undefined) options.onIneligible(series.attribute, kind, method);
    }
  }
}

function accumulate(series: Series, sample: Sample, options: AggregatorOptions): void {
  for (const [method, accumulator] of series.accumulators) {
    if (accepts(method, sample.kind)) accumulator.add(sample);
    else options.onIneligible(series.attribute, sample.kind, method);
  }
}

function finished(
  { attribute, type, datasetId, values, apart }: Series,
  whole: Period | undefined,
): AggregatedSeries {
  const methods = new Set([...values.keys(), ...apart.keys()]);
  const inOrder = [...methods].map((method): [AggregationMethod, readonly AggregatedValue[]] => {
    const row = values.get(method) ?? [];
    const shown = whole === undefined ? row : row.map((value) => ({ ...value, ...whole }));
    const all = [...shown, ...(apart.get(method) ?? [])];
    return [method, all.sort((one, other) => one.start - other.start)];
  });
  return { attribute, type, ...(datasetId !== undefined && { datasetId }), values: new Map(inOrder) };
}
