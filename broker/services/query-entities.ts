import type { Entity, Json, JsonObject, Micros } from '../domain/entity.ts';
import { stateOf } from '../domain/entity-state.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { onceForEach } from '../domain/once-for-each.ts';
import type { Condition } from '../domain/query/condition.ts';
import { namedAttributes } from '../domain/query/named-attributes.ts';
import { narrow } from '../domain/query/narrow.ts';
import type { EntityOrder } from '../domain/query/order-by.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { toFeatureCollection } from '../domain/representation/feature.ts';
import type { Join } from '../domain/representation/join.ts';
import { weightOfEntity, weightOfJson } from '../domain/weight.ts';
import type { Context } from '../jsonld/context.ts';
import { createJudge, type Judge } from '../store/judge-candidates.ts';
import type { Store, TenantStore } from '../store/store.ts';
import { requireEntity } from './change-entity.ts';
import { type EntityTarget, parseTarget } from './entities.ts';
import { type EntityView, showEntity } from './entity-view.ts';
import { type GatheredPage, gatheredPage } from './gathered-page.ts';
import { type GatheringPlace, gatheringRoom } from './gathering-room.ts';
import { orderedPage } from './ordered-page.ts';
import { showWithLinked } from './show-linked.ts';

export interface EntityQueryServiceParts {
  readonly store: Pick<Store, 'of'>;
  readonly now: () => Micros;
}

/** Whose Entities are read, and in which @context they are shown. */
export interface ReadScope {
  readonly tenant: string;
  readonly context: Context;
}

/** The part of the result that is asked for; `count` asks for the number of all that match. */
interface QueryPage {
  readonly offset: number;
  readonly limit: number;
  readonly count: boolean;
  /** The order of creation when absent. */
  readonly order?: EntityOrder | undefined;
}

/** A page of Entities. */
interface EntityPage {
  /** An array of Entities, or a FeatureCollection. */
  readonly body: Json;
  /** The number of all that match where it was asked for; else only how many are known of, one behind the page included. */
  readonly count: number;
}

/** One Entity as it is shown. */
interface RetrievedEntity {
  readonly body: Json;
  /** The state that it is in: see `stateOf`. Absent when the body shows others as well. */
  readonly state?: string;
}

/** The operations of clause 5.7 on current Entities. */
export interface EntityQueryService {
  /**
   * The body is an object (clause 5.7.1); with `join=flat` an array, or a FeatureCollection (clause 4.5.23.3).
   * @throws BadRequestData, ResourceNotFound, also when the projection leaves nothing; TooManyResults; TooBusy
   */
  retrieveEntity(target: EntityTarget, view: EntityView, scope: ReadScope): Promise<RetrievedEntity>;
  /**
   * In the page's order (clause 5.7.2). Linked Entities come on top of the page and are not counted.
   * @throws TooManyResults for a page too far behind in an order other than that of creation, or with too much text; TooBusy
   */
  queryEntities(query: EntityQuery, page: QueryPage, view: EntityView, scope: ReadScope): Promise<EntityPage>;
}

/** What one request reads with. */
interface ReadParts extends EntityQueryServiceParts {
  /** Where it counts what it gathers. */
  readonly place: GatheringPlace;
}

type JoinedView = EntityView & { readonly join: Join };

/** Characters of all pages that are gathered at the same time; one alone may have more. */
const MOST_GATHERED = 128 * 1024 * 1024;
/** Pages that wait for others, each with what a store gives at once. */
const MOST_WAITING = 32;

/** The service over the store. */
export function createEntityQueryService(parts: EntityQueryServiceParts): EntityQueryService {
  const room = gatheringRoom({ limit: MOST_GATHERED, mostWaiting: MOST_WAITING });
  const inRoom = async <T>(read: (parts: ReadParts) => Promise<T>): Promise<T> => {
    const place = room.enter();
    try {
      return await read({ ...parts, place });
    } finally {
      place.leave();
    }
  };
  return {
    retrieveEntity: (target, view, scope) => {
      const { join } = view;
      return join === undefined
        ? retrieve(parts, target, view, scope)
        : inRoom((placed) => retrieveJoined(placed, target, { ...view, join }, scope));
    },
    queryEntities: (query, page, view, scope) =>
      inRoom((placed) => queryPage(placed, query, page, view, scope)),
  };
}

async function retrieve(
  { store, now }: EntityQueryServiceParts,
  target: EntityTarget,
  view: EntityView,
  { tenant, context }: ReadScope,
): Promise<RetrievedEntity> {
  const { id, types } = parseTarget(target, { context });
  const entity = requireEntity(await store.of(tenant).get(id), id, types);
  const at = now();
  const body = showEntity(entity, context, view, at);
  if (body === undefined) throw nothingLeft(id);
  return { body, state: stateOf(entity, at) };
}

/** One Entity with those that it links to: an array where they stand behind it (clause 4.5.23.3). */
async function retrieveJoined(
  { store, now, place }: ReadParts,
  target: EntityTarget,
  view: JoinedView,
  { tenant, context }: ReadScope,
): Promise<RetrievedEntity> {
  const { id, types } = parseTarget(target, { context });
  const entities = store.of(tenant);
  const entity = requireEntity(await entities.get(id), id, types);
  const { join } = view;
  const reading = { store: entities, vocabulary: context, join, now: now(), place };
  const all = await showWithLinked([entity], view, reading);
  const [first] = all;
  if (first === undefined) throw nothingLeft(id);
  return { body: join.kind === 'flat' ? listOf(all, view) : first };
}

function nothingLeft(id: string): NgsiLdError {
  return new NgsiLdError(
    'ResourceNotFound',
    `The Entity ${id} has nothing of what attrs, pick and omit leave.`,
  );
}

async function queryPage(
  { store, now, place }: ReadParts,
  query: EntityQuery,
  asked: QueryPage,
  view: EntityView,
  { tenant, context }: ReadScope,
): Promise<EntityPage> {
  const at = now();
  const entities = store.of(tenant);
  const { join } = view;
  if (join === undefined) {
    const itemOf = (entity: Entity) => showEntity(entity, context, view, at);
    const page = gatheredPage({ itemOf, weightOf: weightOfJson, place });
    const { ids, count } = await gather(entities, query, asked, page, at);
    return { body: listOf(ids === undefined ? page.items() : page.itemsOf(ids), view), count };
  }
  const page = gatheredPage({ itemOf: (entity) => entity, weightOf: weightOfEntity, place });
  const { ids, count } = await gather(entities, query, asked, page, at);
  const found = ids === undefined ? page.items() : page.itemsOf(ids);
  const reading = { store: entities, vocabulary: context, join, now: at, place };
  return { body: listOf(await showWithLinked(found, view, reading), view), count };
}

function listOf(shown: readonly JsonObject[], { isGeoJson }: EntityView): Json {
  return isGeoJson ? toFeatureCollection(shown) : shown;
}

/** What came of reading a page. */
interface Met {
  /** As `EntityPage` has it. */
  readonly count: number;
  /** The order of the page, where that is not the one in which it was read. */
  readonly ids?: readonly string[];
}

const narrowed = onceForEach(narrow);

/** The store pages and counts where it can judge the query exactly; else its candidates are judged here. */
function gather(
  store: TenantStore,
  query: EntityQuery,
  asked: QueryPage,
  page: Pick<GatheredPage<unknown>, 'add'>,
  now: Micros,
): Promise<Met> {
  const { condition, exact } = narrowed(query);
  const { order, offset, limit } = asked;
  if (order !== undefined) {
    const judge = createJudge(store, query, now);
    const attributes = namedAttributes(query, order);
    return orderedPage(store, { condition, judge, order, attributes, offset, limit }, page, now);
  }
  if (exact && store.isExact(condition)) return take(store, condition, asked, page);
  return filter(store, condition, createJudge(store, query, now), asked, page);
}

async function take(
  store: TenantStore,
  condition: Condition,
  { offset, limit, count }: QueryPage,
  page: Pick<GatheredPage<unknown>, 'add'>,
): Promise<Met> {
  if (count) {
    const reading = takeFirst(store, condition, { offset, limit, most: limit }, page);
    const [, all] = await Promise.all([reading, store.count(condition)]);
    return { count: all };
  }
  // One more than the page tells whether there is a next one.
  const met = await takeFirst(store, condition, { offset, limit, most: limit + 1 }, page);
  return { count: met === 0 ? 0 : offset + met };
}

/** Resolves to how many were met, of `most`. */
async function takeFirst(
  store: TenantStore,
  condition: Condition,
  { offset, limit, most }: { readonly offset: number; readonly limit: number; readonly most: number },
  page: Pick<GatheredPage<unknown>, 'add'>,
): Promise<number> {
  let met = 0;
  if (most === 0) return met;
  for await (const entities of store.find(condition, { offset, limit: most })) {
    await page.add(entities.slice(0, Math.max(0, limit - met)));
    met += entities.length;
    if (met >= most) return most;
  }
  return met;
}

async function filter(
  store: TenantStore,
  condition: Condition,
  judge: Judge,
  { offset, limit, count }: QueryPage,
  page: Pick<GatheredPage<unknown>, 'add'>,
): Promise<Met> {
  const end = offset + limit;
  let met = 0;
  for await (const entities of store.find(condition, { limit: end + 1 })) {
    const matching = await judge(entities);
    await page.add(matching.slice(Math.max(0, offset - met), Math.max(0, end - met)));
    met += matching.length;
    // One behind the page tells that there is a next one.
    if (met > end && !count) break;
  }
  return { count: met };
}
