import type { AggregationQuery } from '../domain/aggregation/aggregation-query.ts';
import { type AggregatedSeries, createAggregator } from '../domain/aggregation/aggregator.ts';
import type { AggregationBounds } from '../domain/aggregation/bounds.ts';
import type { Micros } from '../domain/entity.ts';
import { isBound } from '../domain/query/temporal-query.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';
import type { HistoryInstance, TemporalStore } from '../store/store.ts';
import type { MatchedHistory } from './matching-histories.ts';
import { shownInstances, type TemporalView, wantedAttributes } from './temporal-view.ts';
import { walkInstances } from './walk-instances.ts';

export interface HistoryAggregation {
  readonly query: AggregationQuery;
  readonly view: TemporalView;
  readonly vocabulary: Vocabulary;
  readonly bounds: AggregationBounds;
}

/** Instances that are read at once: some ten milliseconds' worth. */
const PAGE = 4000;

/**
 * Aggregates the instances that a view shows of a history, however many there are (clause 4.5.19): they are read some
 * at a time, Attribute by Attribute, and none is kept. With lastN the last ones of each Attribute are aggregated.
 * @throws NgsiLdError InvalidRequest for an Attribute that is named and not eligible; TooComplexQuery
 */
export async function aggregateHistory(
  temporal: Pick<TemporalStore, 'instances'>,
  matched: MatchedHistory,
  { query, view, vocabulary, bounds }: HistoryAggregation,
): Promise<readonly AggregatedSeries[]> {
  const { from, to } = view.query;
  const requested = new Set(wantedAttributes(view.projection));
  // Scopes are no values, unless they are asked for by name.
  const attributes = [...matched.firsts.keys()].filter((name) => name !== '@scope' || requested.has(name));
  const anchor = isBound(from) ? from : await earliest(temporal, matched, view, attributes);
  const aggregator = createAggregator({
    ...{ query, bounds, lang: view.lang },
    isRequested: (attribute) => requested.has(attribute),
    nameOf: (attribute) => (attribute === '@scope' ? 'scope' : vocabulary.compact(attribute)),
    ...(anchor !== undefined && { anchor }),
    ...(to !== undefined && { end: to }),
  });
  for (const attribute of attributes) {
    for await (const { instance, at } of values(temporal, matched, view, attribute)) {
      aggregator.add(attribute, instance.attributeInstance, at);
    }
  }
  return aggregator.finish();
}

/** The first moment of what is aggregated, where the time range does not name it. */
async function earliest(
  temporal: Pick<TemporalStore, 'instances'>,
  matched: MatchedHistory,
  view: TemporalView,
  attributes: readonly string[],
): Promise<Micros | undefined> {
  let first: Micros | undefined;
  for (const attribute of attributes) {
    for await (const { at } of values(temporal, matched, view, attribute)) {
      first = Math.min(first ?? at, at);
      // Without lastN they come in the order of time.
      if (view.lastN === undefined) break;
    }
  }
  return first;
}

interface Value {
  readonly instance: HistoryInstance;
  readonly at: Micros;
}

/** What of an Attribute is aggregated; a deletion is no value, but where deletions are asked for. */
async function* values(
  temporal: Pick<TemporalStore, 'instances'>,
  { entity: { id }, meets }: MatchedHistory,
  view: TemporalView,
  attribute: string,
): AsyncGenerator<Value> {
  const { timeproperty } = view.query;
  const { lastN = Number.POSITIVE_INFINITY } = view;
  const query = { ...shownInstances(view), attributes: [attribute] };
  const start = view.lastN === undefined ? 'oldest' : 'newest';
  let count = 0;
  for await (const group of walkInstances(temporal, { id, query, start, pageSize: PAGE })) {
    for (const instance of group) {
      const at = instance[timeproperty];
      const isValue = instance.deletedAt === undefined || timeproperty === 'deletedAt';
      if (at === undefined || !isValue || meets?.(instance) === false) continue;
      yield { instance, at };
      if (++count >= lastN) return;
    }
  }
}
