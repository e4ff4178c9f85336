import type { AggregatedSeries } from '../../domain/aggregation/aggregator.ts';
import { aggregationBounds, MOST_VALUES } from '../../domain/aggregation/bounds.ts';
import { averageLength, type Period, periodsFrom } from '../../domain/aggregation/periods.ts';
import { BEFORE_ALL, LAST_MOMENT } from '../../domain/date-time.ts';
import type { Duration } from '../../domain/duration.ts';
import type { Micros } from '../../domain/entity.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import { isBound } from '../../domain/query/temporal-query.ts';
import { timeOf } from '../../store/history-page.ts';
import { DAY, HOUR } from '../../store/roll-ups.ts';
import type { TemporalStore } from '../../store/temporal-store.ts';
import { aggregateHistory, type HistoryAggregation } from '../aggregate-history.ts';
import type { MatchedHistory } from '../match-history.ts';
import { rolledUpAtAnyTime } from '../rolled-up-values.ts';
import { shownInstances, type TemporalView } from '../temporal-view.ts';
import { sliceBorder } from './slice-borders.ts';

type Histories = Pick<TemporalStore, 'instances' | 'attributesWithin' | 'rollUps'>;

/** Which periods are asked for, and who is told what they lack. */
export type SlicedAggregation = Omit<HistoryAggregation, 'bounds' | 'part'>;

/**
 * Where periods begin to be counted that the time range gives no begin: the same for all Entities, so that hours, days,
 * weeks from Monday on, months and years are those of the calendar. 2001 began with a Monday.
 */
const CALENDAR: Micros = Date.UTC(2001, 0, 1) * 1000;
/** Periods that are made at first, and aggregated values that are held at most. */
const FIRST_PERIODS = 1000;
const VALUES = 20_000;
/** How many periods more the next time, where these had few values, or fewer, where they had too many. */
const CHANGE = 4;
/** Days and hours among which one is looked for that begins with a period: enough for periods of any whole minutes. */
const LOOKED_BACK = 32;

/**
 * The aggregated values of a history, however many they are: those of some periods at a time, each as `aggregateHistory`
 * gives them. What is kept does not grow with the history.
 * @throws as `aggregateHistory`
 */
export async function* slicedPeriods(
  temporal: Histories,
  matched: MatchedHistory,
  aggregation: SlicedAggregation,
): AsyncGenerator<readonly AggregatedSeries[]> {
  const { duration } = aggregation.query;
  if (duration === undefined)
    yield await aggregateHistory(temporal, matched, { ...aggregation, bounds: aggregationBounds() });
  else yield* slices(temporal, matched, aggregation, duration);
}

async function* slices(
  temporal: Histories,
  matched: MatchedHistory,
  aggregation: SlicedAggregation,
  duration: Duration,
): AsyncGenerator<readonly AggregatedSeries[]> {
  const { view } = aggregation;
  const { id } = matched.entity;
  const { from, to = Number.POSITIVE_INFINITY } = view.query;
  const anchor = isBound(from) ? from : CALENDAR;
  const cut = slicer(anchor, duration);
  const goOn = (at: Micros) => nextStart(temporal, id, view, cut, at);
  let before = sliceBorder(temporal, id, view, Number.NEGATIVE_INFINITY);
  let start = isBound(from) ? from : await goOn(BEFORE_ALL);
  let periods = FIRST_PERIODS;
  while (start !== undefined && start < to) {
    const end = Math.min(cut.end(start, periods), to);
    const behind = sliceBorder(temporal, id, view, end);
    const series = await sliceOf(temporal, matched, aggregation, {
      ...{ start, end, periods },
      part: { anchor, startsAt: before.at, look: behind.note },
    });
    if (series === undefined) {
      periods = Math.max(1, Math.floor(periods / CHANGE));
      continue;
    }
    await before.check();
    yield series;
    if (countOf(series) < VALUES / CHANGE) periods *= CHANGE;
    if (end === to) return;
    before = behind;
    start = await goOn(end);
  }
  // Nothing comes any more: that may be since it was rolled up.
  await before.check();
}

interface Slice extends Period {
  readonly periods: number;
  readonly part: NonNullable<HistoryAggregation['part']>;
}

/** Undefined where it has too many values for so many periods. */
async function sliceOf(
  temporal: Histories,
  matched: MatchedHistory,
  aggregation: SlicedAggregation,
  { start, end, periods, part }: Slice,
): Promise<readonly AggregatedSeries[] | undefined> {
  const { view } = aggregation;
  const { to: _to, ...query } = view.query;
  const sliced = { ...query, from: start, ...(Number.isFinite(end) && { to: end }) };
  const bounds = aggregationBounds(periods > 1 ? VALUES : MOST_VALUES);
  try {
    return await aggregateHistory(temporal, matched, {
      ...{ ...aggregation, bounds, part },
      view: { ...view, query: sliced },
    });
  } catch (error) {
    if (periods > 1 && error instanceof NgsiLdError && error.type === 'TooComplexQuery') return undefined;
    throw error;
  }
}

function countOf(series: readonly AggregatedSeries[]): number {
  return series.reduce(
    (sum, { values }) => sum + [...values.values()].reduce((all, { length }) => all + length, 0),
    0,
  );
}

/** Cuts a time range between its periods. */
interface Slicer {
  /** The end of about so many periods; infinite behind all times that there are. */
  end(start: Micros, periods: number): Micros;
  /** The begin of the period in which the day of a moment begins. */
  dayOf(at: Micros): Micros;
}

/**
 * Best at midnight, or else on the hour: what is rolled up, while one slice is read or the next, is in one alone then.
 * Where no period of the last ones begins so, `sliceBorder` sees to it.
 */
function slicer(anchor: Micros, duration: Duration): Slicer {
  const periodAt = periodsFrom(anchor, duration);
  const length = averageLength(duration);
  return {
    end: (start, periods) => {
      const about = start + periods * length;
      if (about > LAST_MOMENT) return Number.POSITIVE_INFINITY;
      const best = roundMoments(about).find((at) => at > start && periodAt(at).start === at);
      return best ?? Math.max(periodAt(about).start, periodAt(start).end);
    },
    dayOf: (at) => periodAt(Math.floor(at / DAY) * DAY).start,
  };
}

/** The last midnights until a moment, then the last hours. */
function roundMoments(until: Micros): readonly Micros[] {
  const units = Array.from({ length: LOOKED_BACK }, (_, n) => n);
  return [DAY, HOUR].flatMap((unit) => units.map((n) => (Math.floor(until / unit) - n) * unit));
}

/** Where the next slice may begin, at `from` or behind what is empty; undefined where nothing more comes. */
async function nextStart(
  temporal: Histories,
  id: string,
  view: TemporalView,
  cut: Slicer,
  from: Micros,
): Promise<Micros | undefined> {
  const moments = [await nextInstance(temporal, id, view, from)];
  for (const attribute of await rolledUpAtAnyTime(temporal, id, view)) {
    const after = { start: from, unit: 0 };
    const query = { attribute, order: 'oldest first', after, limit: 1 } as const;
    moments.push((await temporal.rollUps.read(id, query)).rollUps[0]?.start);
  }
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.max(from, cut.dayOf(Math.min(...known)));
}

async function nextInstance(
  temporal: Histories,
  id: string,
  view: TemporalView,
  from: Micros,
): Promise<Micros | undefined> {
  const query = { ...shownInstances(view), from };
  const { instances } = await temporal.instances(id, { ...query, limit: 1 });
  const times = [...instances.values()].flat().map((instance) => timeOf(instance, query));
  return times.length === 0 ? undefined : Math.min(...times);
}
