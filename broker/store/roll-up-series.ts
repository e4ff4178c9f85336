import { typeOf } from '../domain/aggregation/aggregator.ts';
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
}

/** What several rows come to together, with instances. Deletions are no values: nothing is left of them. */
export function mergeSeries(
  known: readonly RolledSeries[],
  instances: readonly HistoryInstance[] = [],
): readonly RolledSeries[] {
  const drafts = new Map<string, { readonly key: SeriesKey; readonly draft: SummaryDraft }>();
  const draftOf = (key: SeriesKey): SummaryDraft => {
    const text = JSON.stringify([key.type, key.datasetId, key.time]);
    const found = drafts.get(text) ?? { key, draft: draftSummary() };
    drafts.set(text, found);
    return found.draft;
  };
  for (const { summary, ...key } of known) draftOf(key).addSummary(summary);
  for (const instance of instances) {
    if (instance.deletedAt === undefined) draftOf(keyOf(instance)).add(instance.attributeInstance);
  }
  return [...drafts.values()].map(({ key, draft }) => ({ ...key, summary: draft.result() }));
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
