import type { NarrowedHistory } from '../domain/query/narrow-history.ts';
import type { ScopeQuery } from '../domain/query/scope-query.ts';
import type { TemporalFilter } from '../domain/query/temporal-judge.ts';
import type { HistoryEntity, HistoryInstance, TemporalStore } from '../store/temporal-store.ts';
import { goneGaps } from './gone-gaps.ts';
import { readScopes } from './read-scopes.ts';
import { type RollUpGap, rolledUpAttributes } from './rolled-up-values.ts';
import { shownInstances, type TemporalView, wantedAttributes } from './temporal-view.ts';
import type { UnjudgedValues } from './unjudged-values.ts';
import { walkInstances } from './walk-instances.ts';

/** An Entity that a temporal query selects, and what it shows of it. */
export interface MatchedHistory {
  readonly entity: HistoryEntity;
  /** Which of the instances are of a time that scopeQ asks for; absent for all. */
  readonly meets?: (instance: HistoryInstance) => boolean;
  /** The scopes that were valid already when the interval began, where scopeQ asks for them (annex C.5.16). */
  readonly scopesBefore?: HistoryInstance;
}

type Histories = Pick<TemporalStore, 'instances' | 'attributesWithin' | 'rollUps'>;

/** Instances that are judged at once. */
const JUDGED = 4000;
/** The history of an Entity as a view shows it, without any query. Undefined when there is nothing in the interval. */
export function matchOne(
  temporal: Histories,
  entity: HistoryEntity,
  view: TemporalView,
): Promise<MatchedHistory | undefined> {
  return matchHistory(temporal, entity, view, {});
}

/** What a query asks of the history of one Entity besides what it shows. */
export interface Restrictions {
  readonly filter?: TemporalFilter | undefined;
  /** What the store can leave out of what the filter judges. */
  readonly sought?: NarrowedHistory | undefined;
  readonly scopeQ?: ScopeQuery | undefined;
  /** Is told of values that were rolled up, which nothing judges. */
  readonly unjudged?: UnjudgedValues;
  /** Is told why there is nothing to show of an Entity that may be meant. */
  readonly onGap?: (gap: RollUpGap) => void;
  /** Says that nobody asks for the verdict any more. */
  readonly signal?: AbortSignal;
}

/** The history of an Entity that is meant; undefined where it is not selected, or nothing of it is shown. */
export async function matchHistory(
  temporal: Histories,
  entity: HistoryEntity,
  view: TemporalView,
  { filter, sought, scopeQ, unjudged, onGap, signal }: Restrictions,
): Promise<MatchedHistory | undefined> {
  const { id } = entity;
  if (filter !== undefined) {
    // What most Entities fail comes first.
    const [isMatch] = await Promise.all([
      isSelected(temporal, entity, { filter, values: sought?.values, signal }, view),
      unjudged?.look(entity, filter.attributes),
    ]);
    if (!isMatch) return undefined;
  }
  const isInTime = (await isShown(temporal, id, view)) || (await isRolledUp(temporal, id, view));
  // Scopes may have been set before the interval.
  if (!isInTime && (scopeQ === undefined || !wantsScopes(view))) return missing(entity, view, onGap);
  if (scopeQ === undefined) return { entity };
  const found = await inScope(temporal, entity, scopeQ, view);
  if (found === undefined && (await isRolledUp(temporal, id, view))) unjudged?.note();
  return found;
}

/** Nothing, and why, where it may be since there was something that got too old. */
function missing(entity: HistoryEntity, view: TemporalView, onGap?: (gap: RollUpGap) => void): undefined {
  for (const gap of goneGaps(entity, view)) onGap?.(gap);
  return undefined;
}

/** True when there is an instance that is shown; they are read when it is known that they are. */
async function isShown(temporal: Histories, id: string, view: TemporalView): Promise<boolean> {
  return (await temporal.attributesWithin(id, shownInstances(view), 1)).length > 0;
}

/** True for aggregated values, of instances that were rolled up. */
async function isRolledUp(temporal: Histories, id: string, view: TemporalView): Promise<boolean> {
  return view.aggregation !== undefined && (await rolledUpAttributes(temporal, id, view)).length > 0;
}

async function inScope(
  temporal: Histories,
  entity: HistoryEntity,
  scopeQ: ScopeQuery,
  view: TemporalView,
): Promise<MatchedHistory | undefined> {
  const { id } = entity;
  const { isEver, meets, before } = await readScopes(temporal, id, scopeQ, view.query);
  if (!isEver) return undefined;
  const isScopeShown = before !== undefined && view.aggregation === undefined && wantsScopes(view);
  if (!isScopeShown && !(await isAnyMet(temporal, id, view, meets))) return undefined;
  return { entity, meets, ...(before !== undefined && { scopesBefore: before }) };
}

interface Judging {
  readonly filter: TemporalFilter;
  readonly values?: NarrowedHistory['values'] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** q and geoQ are about all instances in the interval, whatever of them is shown. */
async function isSelected(
  temporal: Histories,
  entity: HistoryEntity,
  { filter, values, signal }: Judging,
  view: TemporalView,
): Promise<boolean> {
  const judge = filter.judge(entity);
  const { id } = entity;
  for (const attribute of filter.attributes) {
    const within = values?.get(attribute);
    const query = { ...view.query, attributes: [attribute], ...(within !== undefined && { within }) };
    for await (const group of walkInstances(temporal, { id, query, start: 'oldest', pageSize: JUDGED })) {
      judge.add(
        attribute,
        group.map(({ attributeInstance }) => attributeInstance),
      );
      if (judge.isSettled() || signal?.aborted) return judge.matches();
    }
  }
  return judge.matches();
}

async function isAnyMet(
  temporal: Histories,
  id: string,
  view: TemporalView,
  meets: (instance: HistoryInstance) => boolean,
): Promise<boolean> {
  const query = shownInstances(view);
  const withScopes = wantsScopes(view);
  const isShown = ({ attribute }: HistoryInstance): boolean => withScopes || attribute !== '@scope';
  for await (const group of walkInstances(temporal, { id, query, start: 'oldest', pageSize: JUDGED })) {
    if (group.some((instance) => isShown(instance) && meets(instance))) return true;
  }
  return false;
}

/** True where scopes are asked for by name: else they are of no Attribute that an Entity is selected by. */
function wantsScopes(view: TemporalView): boolean {
  return wantedAttributes(view.projection).includes('@scope');
}
