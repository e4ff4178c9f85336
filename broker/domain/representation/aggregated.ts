import type { AggregatedSeries, AggregatedValue } from '../aggregation/aggregator.ts';
import { FIRST_MOMENT, formatDateTime, LAST_MOMENT } from '../date-time.ts';
import type { Json, JsonObject, Micros } from '../entity.ts';
import { type Members, setMember } from '../set-member.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type EvolutionHead, type EvolutionHeadOptions, writeHead } from './temporal.ts';

/** The aggregated temporal representation of an Entity (clause 4.5.19.0); undefined when nothing is to be shown. */
export function representAggregated(
  entity: EvolutionHead,
  series: readonly AggregatedSeries[],
  vocabulary: Vocabulary,
  options: EvolutionHeadOptions,
): JsonObject | undefined {
  const members: Members = writeHead(entity, vocabulary, options);
  for (const [attribute, ofIt] of byAttribute(series)) {
    const written = ofIt.filter(hasValues).map(writeSeries);
    const [only] = written;
    if (only === undefined) continue;
    const name = attribute === '@scope' ? 'scope' : vocabulary.compact(attribute);
    setMember(members, name, written.length === 1 ? only : written);
  }
  return Object.keys(members).length === 0 ? undefined : members;
}

function byAttribute(series: readonly AggregatedSeries[]): ReadonlyMap<string, readonly AggregatedSeries[]> {
  const groups = new Map<string, AggregatedSeries[]>();
  for (const one of series) {
    const group = groups.get(one.attribute) ?? [];
    groups.set(one.attribute, group);
    group.push(one);
  }
  return groups;
}

/** What no method is for is left out. */
function hasValues({ values }: AggregatedSeries): boolean {
  return [...values.values()].some(({ length }) => length > 0);
}

function writeSeries({ type, datasetId, values }: AggregatedSeries): JsonObject {
  const members: Members = { type, ...(datasetId !== undefined && { datasetId }) };
  for (const [method, row] of values) members[method] = row.map(writeValue);
  return members;
}

function writeValue({ value, start, end }: AggregatedValue): Json {
  return [value, periodTime(start), periodTime(end)];
}

/** The start or end of a period. The first and the last one of a time range may reach beyond what can be written. */
export function periodTime(at: Micros): string {
  return formatDateTime(Math.max(FIRST_MOMENT, Math.min(at, LAST_MOMENT)));
}
