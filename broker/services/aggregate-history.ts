import type { AggregationQuery } from '../domain/aggregation/aggregation-query.ts';
import {
  type AggregatedSeries,
  type Aggregator,
  type AggregatorOptions,
  createAggregator,
} from '../domain/aggregation/aggregator.ts';
import type { AggregationBounds } from '../domain/aggregation/bounds.ts';
import { ineligible } from '../domain/aggregation/eligibility.ts';
import type { Micros } from '../domain/entity.ts';
import { isBound } from '../domain/query/temporal-query.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';
import type { RollUp } from '../store/roll-ups.ts';
import type { TemporalStore } from '../store/temporal-store.ts';
import { type AggregableValue, type AggregatedHistory, aggregableValues } from './aggregable-values.ts';
import type { MatchedHistory } from './match-history.ts';
import { type RollUpGap, rolledUpAtAnyTime, rollUpSpan } from './rolled-up-values.ts';
import { shownInstances, type TemporalView, wantedAttributes } from './temporal-view.ts';

export interface HistoryAggregation {
  readonly query: AggregationQuery;
  readonly view: TemporalView;
  readonly bounds: AggregationBounds;
  /** Is told of values that a method is not for, also of those that are read in vain. */
  readonly onIneligible: AggregatorOptions['onIneligible'];
  /** Is told what the answer lacks since values were rolled up. */
  readonly onGap: (gap: RollUpGap) => void;
  /** Where the interval of the view is a part of the time range. */
  readonly part?: AggregatedPart;
}

/** A part of a time range, of which the periods go on from those before it. */
export interface AggregatedPart {
  /** Where periods begin to be counted. */
  readonly anchor: Micros;
  /** The first moment that no part before it had: what was rolled up from an earlier one on is in one of them. */
  readonly startsAt: Micros;
  /** Looks at what else matters: called with each reading, it meets the same roll-ups. */
  readonly look: () => Promise<void>;
}

/** Refuses what a method is not for of the Attributes that a view names (clause 5.7.4.4). */
export function refuseIneligible(
  view: TemporalView,
  vocabulary: Vocabulary,
): HistoryAggregation['onIneligible'] {
  const requested = new Set(wantedAttributes(view.projection));
  return (attribute, kind, method) => {
    if (!requested.has(attribute)) return;
    throw ineligible(attribute === '@scope' ? 'scope' : vocabulary.compact(attribute), kind, method);
  };
}

type Histories = Pick<TemporalStore, 'instances' | 'attributesWithin' | 'rollUps'>;

/**
 * Aggregates the instances that a view shows of a history, however many there are (clause 4.5.19): they are read some
 * at a time, Attribute by Attribute, and none is kept, together with what older ones were rolled up to. What is rolled
 * up meanwhile counts once all the same. With lastN the last ones of each Attribute are aggregated.
 * @throws what `onIneligible` throws; NgsiLdError TooComplexQuery; Unavailable
 */
export async function aggregateHistory(
  temporal: Histories,
  matched: MatchedHistory,
  aggregation: HistoryAggregation,
): Promise<readonly AggregatedSeries[]> {
  const { id } = matched.entity;
  const { view, bounds, part } = aggregation;
  const putBack = bounds.mark();
  const gaps = new Set<RollUpGap>();
  const series = await temporal.rollUps.steadily(id, rollUpSpan(view), async () => {
    putBack();
    gaps.clear();
    const rolledUp = await rolledUpAtAnyTime(temporal, id, view);
    const raw = await temporal.attributesWithin(id, shownInstances(view));
    const onGap = (gap: RollUpGap): void => void gaps.add(gap);
    await part?.look();
    return aggregateOnce(
      temporal,
      { ...matched, raw, rolledUp, startsAt: part?.startsAt },
      { ...aggregation, onGap },
    );
  });
  for (const gap of gaps) aggregation.onGap(gap);
  return series;
}

async function aggregateOnce(
  temporal: Histories,
  matched: AggregatedHistory,
  { query, view, bounds, onIneligible, onGap, part }: HistoryAggregation,
): Promise<readonly AggregatedSeries[]> {
  const { from, to } = view.query;
  const requested = new Set(wantedAttributes(view.projection));
  // Scopes are no values, unless they are asked for by name.
  const attributes = [...new Set([...matched.raw, ...matched.rolledUp])].filter(
    (name) => name !== '@scope' || requested.has(name),
  );
  const start = isBound(from) ? from : undefined;
  const anchor = part?.anchor ?? start ?? (await earliest(temporal, matched, view, attributes));
  const aggregator = createAggregator({
    ...{ query, bounds, onIneligible, lang: view.lang },
    ...(anchor !== undefined && { anchor }),
    ...(start !== undefined && { start }),
    ...(to !== undefined && { end: to }),
  });
  const add = (attribute: string, value: AggregableValue): void => {
    if ('instance' in value) aggregator.add(attribute, value.instance.attributeInstance, value.at);
    else addRolledUp(aggregator, value.rollUp, query, onGap);
  };
  for (const attribute of attributes) {
    for await (const group of aggregableValues(temporal, matched, view, attribute, onGap))
      for (const value of group) add(attribute, value);
  }
  return aggregator.finish();
}

/** The first moment of what is aggregated, where the time range does not name it. */
async function earliest(
  temporal: Histories,
  matched: AggregatedHistory,
  view: TemporalView,
  attributes: readonly string[],
): Promise<Micros | undefined> {
  let first: Micros | undefined;
  for (const attribute of attributes) {
    for await (const group of aggregableValues(temporal, matched, view, attribute)) {
      first = Math.min(first ?? Number.POSITIVE_INFINITY, ...group.map(startOf));
      // Without lastN they come in the order of time.
      if (view.lastN === undefined) break;
    }
  }
  return first;
}

function startOf(value: AggregableValue): Micros {
  return 'instance' in value ? value.at : value.rollUp.start;
}

function addRolledUp(
  aggregator: Aggregator,
  rollUp: RollUp,
  { methods }: AggregationQuery,
  onGap: HistoryAggregation['onGap'],
): void {
  if (!aggregator.addRolledUp(rollUp)) onGap('coarser');
  if (methods.includes('distinctCount')) onGap('distinctCount');
}
