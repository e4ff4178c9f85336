import { typeOf } from '../domain/aggregation/aggregator.ts';
import { type CommonUnit, commonUnit } from '../domain/aggregation/common-unit.ts';
import type { Summary } from '../domain/aggregation/summary.ts';
import { draftSummary, type SummaryDraft } from '../domain/aggregation/summary-draft.ts';
import { type RollUp, type RollUpPlace, type RollUpTime, rollUpTimeOf } from './roll-ups.ts';
import type { HistoryInstance } from './temporal-store.ts';

/** Which instances of a period are rolled up together. */
interface SeriesKey {
  readonly type: RollUp['type'];
  readonly datasetId?: string;
  /** Absent for observedAt, which most have. */
  readonly time?: Exclude<RollUpTime, 'observedAt'>;
}

/** What a row of roll-ups has of one dataset. */
export interface RolledSeries extends SeriesKey {
  readonly summary: Summary;
  /** That of all instances, where they had the same. */
  readonly unitCode?: string;
}

/** What several rows come to together, with instances. Deletions are no values: nothing is left of them. */
export function mergeSeries(
  known: readonly RolledSeries[],
  instances: readonly HistoryInstance[] = [],
): readonly RolledSeries[] {
  const drafts = new Map<string, SeriesDraft>();
  const draftOf = (key: SeriesKey): SeriesDraft => {
    const text = JSON.stringify([key.type, key.datasetId, key.time]);
    const found = drafts.get(text) ?? { key, values: draftSummary(), unit: commonUnit() };
    drafts.set(text, found);
    return found;
  };
  for (const { summary, unitCode, ...key } of known) {
    const { values, unit } = draftOf(key);
    values.addSummary(summary);
    unit.add(unitCode);
  }
  for (const instance of instances) {
    if (instance.deletedAt !== undefined) continue;
    const { values, unit } = draftOf(keyOf(instance));
    values.add(instance.attributeInstance);
    unit.add(instance.attributeInstance.unitCode);
  }
  return [...drafts.values()].map(finished);
}

interface SeriesDraft {
  readonly key: SeriesKey;
  readonly values: SummaryDraft;
  readonly unit: CommonUnit;
}

function finished({ key, values, unit }: SeriesDraft): RolledSeries {
  const unitCode = unit.value();
  return { ...key, summary: values.result(), ...(unitCode !== undefined && { unitCode }) };
}

function keyOf(instance: HistoryInstance): SeriesKey {
  const { datasetId } = instance;
  const { time } = rollUpTimeOf(instance);
  return {
    type: typeOf(instance),
    ...(datasetId !== undefined && { datasetId }),
    ...(time !== 'observedAt' && { time }),
  };
}

/** The roll-ups that a row has. */
export function toRollUps(
  attribute: string,
  { start, unit }: RollUpPlace,
  series: readonly RolledSeries[],
): readonly RollUp[] {
  return series.map(
    (one): RollUp => ({ attribute, ...one, time: one.time ?? 'observedAt', start, end: start + unit }),
  );
}
