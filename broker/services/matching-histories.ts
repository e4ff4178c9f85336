import { BEFORE_ALL } from '../domain/date-time.ts';
import { onceForEach } from '../domain/once-for-each.ts';
import { compileQuery } from '../domain/query/matches.ts';
import { type NarrowedHistory, narrowHistory } from '../domain/query/narrow-history.ts';
import { fixedText } from '../domain/query/pattern-text.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import type { ScopeQuery } from '../domain/query/scope-query.ts';
import { compileTemporalFilter, type TemporalFilter } from '../domain/query/temporal-judge.ts';
import { selectsEveryType } from '../domain/query/type-selection.ts';
import { everyType } from '../store/history-types.ts';
import type {
  CandidateQuery,
  HistoryEntity,
  HistoryInstance,
  TemporalStore,
} from '../store/temporal-store.ts';
import { findInOrder } from './find-in-order.ts';
import { goneGaps, isAnyGone } from './gone-gaps.ts';
import { readScopes } from './read-scopes.ts';
import { type RollUpGap, rolledUpAttributes } from './rolled-up-values.ts';
import { shownInstances, type TemporalView, wantedAttributes } from './temporal-view.ts';
import { type UnjudgedValues, unjudgedValues } from './unjudged-values.ts';
import { walkInstances } from './walk-instances.ts';

/** An Entity that a temporal query selects, and what it shows of it. */
export interface MatchedHistory {
  readonly entity: HistoryEntity;
  /** Which of the instances are of a time that scopeQ asks for; absent for all. */
  readonly meets?: (instance: HistoryInstance) => boolean;
  /** The scopes that were valid already when the interval began, where scopeQ asks for them (annex C.5.16). */
  readonly scopesBefore?: HistoryInstance;
}

type Histories = Pick<TemporalStore, 'candidates' | 'instances' | 'attributesWithin' | 'rollUps'>;

/** Candidates that are read at once. */
const CANDIDATES = 100;
/** The first of them, that tell for the others whether instances got too old. */
const LOOKED_AT = 20;
/** Instances that are judged at once. */
const JUDGED = 4000;
/** Candidates that are judged before others get their turn. */
const IN_A_ROW = 20;
/** Candidates that are judged at the same time, where few match. */
const AT_ONCE = 8;

/**
 * The Entities that a temporal query selects, in the order in which they came to the history (clause 5.7.4.4), with
 * those that are deleted; each has instances in the interval that are shown. `onGap` is told where q, geoQ or scopeQ
 * would have to see values that are gone, and where an Entity is not there since its instances are.
 * @throws NgsiLdError TooComplexQuery
 */
export async function* matchingHistories(
  temporal: Histories,
  query: EntityQuery,
  view: TemporalView,
  onGap: (gap: RollUpGap) => void = () => {},
): AsyncGenerator<MatchedHistory> {
  const { isMeant, filter, sought } = compiled(query);
  const { scopeQ } = query;
  const unjudged = unjudgedValues(temporal, view, () => onGap('unjudged'));
  // What was rolled up is to be told also of those that no value of the interval speaks for.
  const isNarrow = sought !== undefined && !(await unjudged.isAny());
  if (isNarrow && filter !== undefined) {
    const first = await firstMeant(temporal, query);
    if (first.some((entity) => isAnyGone(entity, filter.attributes, view.query))) unjudged.note();
  }
  const condition = isNarrow ? sought.condition : undefined;
  const wanted = (): Omit<CandidateQuery, 'limit'> => ({
    ...narrowed(query),
    ...(condition && { having: { ...view.query, condition, orGone: !unjudged.isNoted() } }),
  });
  const meant = resting(candidates(temporal, wanted), isMeant);
  yield* findInOrder(
    meant,
    (entity, signal) => match(temporal, entity, view, { filter, sought, scopeQ, unjudged, onGap, signal }),
    AT_ONCE,
  );
}

/** Those that are meant; others get their turn now and then. */
async function* resting(
  entities: AsyncIterable<HistoryEntity>,
  isMeant: (entity: HistoryEntity) => boolean,
): AsyncGenerator<HistoryEntity> {
  let count = 0;
  for await (const entity of entities) {
    if (!isMeant(entity)) continue;
    if (++count % IN_A_ROW === 0) await new Promise(setImmediate);
    yield entity;
  }
}

/** What is wanted is asked anew for each page. */
async function* candidates(
  temporal: Histories,
  wanted: () => Omit<CandidateQuery, 'limit'>,
): AsyncGenerator<HistoryEntity> {
  let page = await temporal.candidates({ ...wanted(), limit: CANDIDATES });
  for (;;) {
    yield* page.entities;
    if (page.next === undefined) return;
    page = await temporal.candidates({ ...wanted(), after: page.next, limit: CANDIDATES });
  }
}

/**
 * What an answer of many Entities surely lacks since instances got too old, as far as the first Entities tell that a query
 * may mean, those that came to the history first: one small read. `gapsOf` tells it of one of them.
 */
export async function firstGaps(
  temporal: Pick<TemporalStore, 'candidates'>,
  query: EntityQuery,
  gapsOf: (entity: HistoryEntity) => readonly RollUpGap[],
): Promise<ReadonlySet<RollUpGap>> {
  return new Set((await firstMeant(temporal, query)).flatMap(gapsOf));
}

async function firstMeant(
  temporal: Pick<TemporalStore, 'candidates'>,
  query: EntityQuery,
): Promise<readonly HistoryEntity[]> {
  const { entities } = await temporal.candidates({ ...narrowed(query), limit: LOOKED_AT });
  return entities.filter(compiled(query).isMeant);
}

/** The history of an Entity as a view shows it, without any query. Undefined when there is nothing in the interval. */
export function matchOne(
  temporal: Histories,
  entity: HistoryEntity,
  view: TemporalView,
): Promise<MatchedHistory | undefined> {
  return match(temporal, entity, view, {});
}

const compiled = onceForEach((query: EntityQuery) => {
  const { selectors } = query;
  const select = compileQuery(selectors === undefined ? {} : { selectors });
  return {
    // A Temporal Evolution has the types that the Entity had meanwhile, too.
    isMeant: (entity: HistoryEntity): boolean =>
      select({ ...entity, types: everyType(entity), attributes: {} }, { now: BEFORE_ALL }),
    filter: compileTemporalFilter(query),
    sought: query.q === undefined && query.geoQ === undefined ? undefined : narrowHistory(query),
  };
});

/** What the store can leave out. */
const narrowed = onceForEach(({ selectors = [] }: EntityQuery): Omit<CandidateQuery, 'limit'> => {
  const ids = selectors.map((selector) => selector.ids);
  const types = selectors.map(({ types }) =>
    types === undefined || selectsEveryType(types)
      ? undefined
      : types.anyOf.map(([type]) => type).filter((type) => type !== undefined),
  );
  const [only] = selectors;
  const start = only?.idPattern === undefined ? undefined : fixedText(only.idPattern);
  return {
    ...allOf('ids', ids),
    ...allOf('types', types),
    ...(selectors.length === 1 && start?.isStart === true && { idStart: start.text }),
  };
});

/** Together they narrow only when each of them does. */
function allOf(
  name: 'ids' | 'types',
  lists: readonly (readonly string[] | undefined)[],
): Pick<CandidateQuery, 'ids' | 'types'> {
  const known = lists.filter((list) => list !== undefined);
  if (known.length === 0 || known.length < lists.length) return {};
  return { [name]: [...new Set(known.flat())] };
}

interface Restrictions {
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

async function match(
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
