import type { AggregatedSeries } from '../../domain/aggregation/aggregator.ts';
import { ineligible } from '../../domain/aggregation/eligibility.ts';
import type { AggregationMethod } from '../../domain/aggregation/methods.ts';
import type { Period } from '../../domain/aggregation/periods.ts';
import type { SampleKind } from '../../domain/aggregation/sample.ts';
import type { Json } from '../../domain/entity.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import type { TenantStore } from '../../store/store.ts';
import type { HistoryEntity } from '../../store/temporal-store.ts';
import type { MatchedHistory } from '../match-history.ts';
import { matchingHistories } from '../matching-histories.ts';
import type { RollUpGap } from '../rolled-up-values.ts';
import { wantedAttributes } from '../temporal-view.ts';
import { type SlicedAggregation, slicedPeriods } from './period-slices.ts';
import { placesOf } from './places.ts';
import type { ExportSelection, ExportShape } from './rows.ts';

/** What the values of an Attribute come to in a period. */
export interface PeriodValues {
  /** Of methods that are for none of them there are none. */
  readonly methods: ReadonlyMap<AggregationMethod, Json>;
  /** That of all of them, where they have the same. */
  readonly unitCode?: string;
}

/** What stands together in an export of aggregated values. */
export interface ExportedPeriod extends Period {
  readonly entity: HistoryEntity;
  readonly datasetId?: string;
  /** By Attribute; of one in the long shape, and of several in the wide one. */
  readonly attributes: ReadonlyMap<string, PeriodValues>;
  /** Where the Entity was when the period began; null where that is not known. */
  readonly place: Json;
}

export interface PeriodSelection extends ExportSelection {
  readonly aggregation: SlicedAggregation['query'];
  /** For names in errors. */
  readonly vocabulary: Vocabulary;
  /** Is told what the export lacks since values were rolled up. */
  readonly onGap: (gap: RollUpGap) => void;
}

type Histories = Pick<TenantStore, 'get' | 'temporal'>;
type Grouping = Omit<ExportedPeriod, 'entity' | 'place'>;

/**
 * The periods of an export, Entity after Entity, each in the order of time, some at a time in constant memory.
 * @throws NgsiLdError InvalidRequest, before it gives any, for a method that is for no value that an Attribute which is
 * named has there. Values that come later, or besides others, are passed over by the methods that are not for them.
 */
export async function* exportedPeriods(
  histories: Histories,
  selection: PeriodSelection,
): AsyncGenerator<readonly ExportedPeriod[]> {
  const { query, view, onGap } = selection;
  const misfits = misfitsOf(selection);
  for await (const matched of matchingHistories(histories.temporal, query, view, onGap))
    yield* periodsOf(histories, matched, selection, misfits);
}

async function* periodsOf(
  histories: Histories,
  matched: MatchedHistory,
  { aggregation: query, view, shape, geoproperty, onGap }: PeriodSelection,
  misfits: Misfits,
): AsyncGenerator<readonly ExportedPeriod[]> {
  const { entity } = matched;
  const places = await placesOf(histories, { id: entity.id, geoproperty, query: view.query });
  const aggregation: SlicedAggregation = { query, view, onGap, onIneligible: misfits.note };
  for await (const series of slicedPeriods(histories.temporal, matched, aggregation)) {
    misfits.refuse(series);
    const periods: ExportedPeriod[] = [];
    for (const grouping of SHAPES[shape](series))
      periods.push({ ...grouping, entity, place: await places.at(grouping.start) });
    yield periods;
  }
}

interface Misfits {
  readonly note: SlicedAggregation['onIneligible'];
  /** With the first values that there are. @throws NgsiLdError InvalidRequest where a method is for none of them */
  refuse(series: readonly AggregatedSeries[]): void;
}

function misfitsOf({ view, vocabulary }: PeriodSelection): Misfits {
  const requested = wantedAttributes(view.projection);
  const noted = new Map<string, { attribute: string; kind: SampleKind; method: AggregationMethod }>();
  let isOver = requested.length === 0;
  return {
    note: (attribute, kind, method) => {
      if (isOver || !requested.includes(attribute)) return;
      noted.set(`${method} ${attribute}`, { attribute, kind, method });
    },
    refuse: (series) => {
      if (isOver || series.length === 0) return;
      isOver = true;
      for (const { attribute, kind, method } of noted.values()) {
        const ofIt = series.filter((one) => one.attribute === attribute);
        if (ofIt.some(({ values }) => (values.get(method) ?? []).length > 0)) continue;
        throw ineligible(attribute === '@scope' ? 'scope' : vocabulary.compact(attribute), kind, method);
      }
    },
  };
}

/** What of some series stands together, in the order of time. */
const SHAPES: Readonly<Record<ExportShape, (series: readonly AggregatedSeries[]) => readonly Grouping[]>> = {
  long: (series) =>
    inOrder(
      series.flatMap((one) =>
        periodsIn(one).map(({ values, ...period }) => ({
          ...period,
          attributes: new Map([[one.attribute, values]]),
        })),
      ),
    ),
  wide: (series) => {
    const rows = new Map<string, Grouping & { readonly attributes: Map<string, PeriodValues> }>();
    for (const one of series) {
      for (const { values, ...period } of periodsIn(one)) {
        const key = freeKey(rows, period, one.attribute);
        const row = rows.get(key) ?? { ...period, attributes: new Map() };
        rows.set(key, row);
        row.attributes.set(one.attribute, values);
      }
    }
    return inOrder([...rows.values()]);
  },
};

type SeriesPeriod = Period & Pick<ExportedPeriod, 'datasetId'> & { readonly values: PeriodValues };

/** The periods of a series, with what all methods give. */
function periodsIn({ datasetId, values }: AggregatedSeries): readonly SeriesPeriod[] {
  const periods = new Map<string, SeriesPeriod & { values: { methods: Map<AggregationMethod, Json> } }>();
  for (const [method, row] of values) {
    for (const { value, start, end, unitCode } of row) {
      const key = `${start} ${end}`;
      const known = periods.get(key) ?? {
        ...{ start, end, ...(datasetId !== undefined && { datasetId }) },
        values: { methods: new Map(), ...(unitCode !== undefined && { unitCode }) },
      };
      periods.set(key, known);
      known.values.methods.set(method, value);
    }
  }
  return [...periods.values()];
}

/** An Attribute that was a Property and a Relationship in one period is in two rows. */
function freeKey(
  rows: ReadonlyMap<string, Grouping>,
  { start, end, datasetId }: Omit<SeriesPeriod, 'values'>,
  attribute: string,
): string {
  const key = JSON.stringify([start, end, datasetId]);
  return rows.get(key)?.attributes.has(attribute) === true ? `${key} besides` : key;
}

function inOrder(periods: readonly Grouping[]): readonly Grouping[] {
  return periods.toSorted((one, other) => one.start - other.start || one.end - other.end);
}
