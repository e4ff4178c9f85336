import type { Micros } from '../domain/entity.ts';
import type { RollUp } from '../store/roll-ups.ts';
import type { HistoryInstance, TemporalStore } from '../store/temporal-store.ts';
import type { MatchedHistory } from './match-history.ts';
import { countOf, placeOf, type RollUpGap, walkRollUps } from './rolled-up-values.ts';
import { shownInstances, type TemporalView } from './temporal-view.ts';
import { walkInstances } from './walk-instances.ts';

type Histories = Pick<TemporalStore, 'instances' | 'rollUps'>;

/** What there is of a history to be aggregated. */
export interface AggregatedHistory extends MatchedHistory {
  /** The Attributes with instances, and those of which some were rolled up. */
  readonly raw: readonly string[];
  readonly rolledUp: readonly string[];
  /** Set for a part of a time range: what was rolled up from an earlier moment on is in one of the parts before it. */
  readonly startsAt?: Micros | undefined;
}

/** Instances that are read at once: some ten milliseconds' worth. */
const PAGE = 4000;

/** An instance, or what was rolled up of several, and where it stands among the others. */
export type AggregableValue =
  | { readonly at: Micros; readonly instance: HistoryInstance }
  | { readonly at: Micros; readonly rollUp: RollUp };

/**
 * What of an Attribute is aggregated, in the order of time, or against it with lastN; in groups, none of them empty.
 * `onGap` is told what cannot be of it, since it was rolled up.
 */
export async function* aggregableValues(
  temporal: Histories,
  matched: AggregatedHistory,
  view: TemporalView,
  attribute: string,
  onGap: (gap: RollUpGap) => void = () => {},
): AsyncGenerator<readonly AggregableValue[]> {
  const rolledUp = usableRollUps(temporal, matched, view, attribute, onGap);
  const all = inTurn(rawValues(temporal, matched, view, attribute), rolledUp, view.lastN !== undefined);
  let left = view.lastN ?? Number.POSITIVE_INFINITY;
  const isTaken = (value: AggregableValue): boolean => {
    if (left <= 0) return false;
    left -= 'instance' in value ? 1 : countOf(value.rollUp);
    // Of those that were rolled up none can be told from the others.
    if (left < 0) onGap('leftOut');
    return left >= 0;
  };
  for await (const group of all) {
    const taken = group.filter(isTaken);
    if (taken.length > 0) yield taken;
    if (left <= 0) return;
  }
}

/** Both in one order of time. */
async function* inTurn(
  raw: AsyncGenerator<readonly AggregableValue[]>,
  rolledUp: AsyncGenerator<AggregableValue>,
  isBackwards: boolean,
): AsyncGenerator<readonly AggregableValue[]> {
  try {
    let next = await rolledUp.next();
    for await (const group of raw) {
      let rest = group;
      while (!next.done) {
        const { before, behind } = parted(rest, next.value, isBackwards);
        if (behind.length === 0) break;
        yield [...before, next.value];
        rest = behind;
        next = await rolledUp.next();
      }
      yield rest;
    }
    for (; !next.done; next = await rolledUp.next()) yield [next.value];
  } finally {
    await rolledUp.return(undefined);
  }
}

/** What comes before another value, and what does not. */
function parted(
  values: readonly AggregableValue[],
  { at }: AggregableValue,
  isBackwards: boolean,
): { readonly before: readonly AggregableValue[]; readonly behind: readonly AggregableValue[] } {
  const place = values.findIndex((value) => (isBackwards ? at > value.at : at <= value.at));
  if (place === 0) return { before: [], behind: values };
  return place < 0
    ? { before: values, behind: [] }
    : { before: values.slice(0, place), behind: values.slice(place) };
}

/** Roll-ups are of one time, and of all scopes. */
async function* usableRollUps(
  temporal: Histories,
  { entity, meets, rolledUp, startsAt = Number.NEGATIVE_INFINITY }: AggregatedHistory,
  view: TemporalView,
  attribute: string,
  onGap: (gap: RollUpGap) => void,
): AsyncGenerator<AggregableValue> {
  const { timeproperty } = view.query;
  if (timeproperty === 'deletedAt' || !rolledUp.includes(attribute)) return;
  for await (const rollUp of walkRollUps(temporal, entity.id, view, attribute)) {
    if (rollUp.start < startsAt) continue;
    if (rollUp.time !== timeproperty || meets !== undefined) onGap('leftOut');
    else yield { rollUp, at: placeOf(rollUp, view.lastN !== undefined) };
  }
}

/** A deletion is no value, but where deletions are asked for. */
async function* rawValues(
  temporal: Histories,
  { entity: { id }, meets, raw }: AggregatedHistory,
  view: TemporalView,
  attribute: string,
): AsyncGenerator<readonly AggregableValue[]> {
  if (!raw.includes(attribute)) return;
  const { timeproperty } = view.query;
  const query = { ...shownInstances(view), attributes: [attribute] };
  const start = view.lastN === undefined ? 'oldest' : 'newest';
  for await (const group of walkInstances(temporal, { id, query, start, pageSize: PAGE })) {
    const found: AggregableValue[] = [];
    for (const instance of group) {
      const at = instance[timeproperty];
      const isValue = instance.deletedAt === undefined || timeproperty === 'deletedAt';
      if (at !== undefined && isValue && meets?.(instance) !== false) found.push({ instance, at });
    }
    yield found;
  }
}
