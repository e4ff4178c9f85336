import { BEFORE_ALL } from '../domain/date-time.ts';
import { onceForEach } from '../domain/once-for-each.ts';
import { compileQuery } from '../domain/query/matches.ts';
import { narrowHistory } from '../domain/query/narrow-history.ts';
import { fixedText } from '../domain/query/pattern-text.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { compileTemporalFilter } from '../domain/query/temporal-judge.ts';
import { selectsEveryType } from '../domain/query/type-selection.ts';
import { everyType } from '../store/history-types.ts';
import type { CandidateQuery, HistoryEntity, TemporalStore } from '../store/temporal-store.ts';
import { findInOrder } from './find-in-order.ts';
import { isAnyGone } from './gone-gaps.ts';
import { type MatchedHistory, matchHistory } from './match-history.ts';
import type { RollUpGap } from './rolled-up-values.ts';
import type { TemporalView } from './temporal-view.ts';
import { unjudgedValues } from './unjudged-values.ts';

type Histories = Pick<TemporalStore, 'candidates' | 'instances' | 'attributesWithin' | 'rollUps'>;

/** Candidates that are read at once. */
const CANDIDATES = 100;
/** The first of them, that tell for the others whether instances got too old. */
const LOOKED_AT = 20;
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
    (entity, signal) =>
      matchHistory(temporal, entity, view, { filter, sought, scopeQ, unjudged, onGap, signal }),
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
