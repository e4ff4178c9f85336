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
import { weightOfJson } from '../domain/weight.ts';
import type { Context } from '../jsonld/context.ts';
import { createJudge, type Judge } from '../store/judge-candidates.ts';
import type { Store, TenantStore } from '../store/store.ts';
import { requireEntity } from './change-entity.ts';
import { type EntityTarget, parseTarget } from './entities.ts';
import { type EntityView, showEntity } from './entity-view.ts';
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
   * @throws BadRequestData, ResourceNotFound, also when the projection leaves nothing; TooManyResults
   */
  retrieveEntity(target: EntityTarget, view: EntityView, scope: ReadScope): Promise<RetrievedEntity>;
  /**
   * In the page's order (clause 5.7.2). Linked Entities come on top of the page and are not counted.
   * @throws TooManyResults for a page too far behind in an order other than that of creation, or with too much text
   */
  queryEntities(query: EntityQuery, page: QueryPage, view: EntityView, scope: ReadScope): Promise<EntityPage>;
}

/** The service over the store. */
export function createEntityQueryService(parts: EntityQueryServiceParts): EntityQueryService {
  return {
    retrieveEntity: (target, view, scope) => retrieve(parts, target, view, scope),
    queryEntities: (query, page, view, scope) => queryPage(parts, query, page, view, scope),
  };
}

async function retrieve(
  { store, now }: EntityQueryServiceParts,
  target: EntityTarget,
  view: EntityView,
  { tenant, context }: ReadScope,
): Promise<RetrievedEntity> {
  const { id, types } = parseTarget(target, { context });
  const entities = store.of(tenant);
  const entity = requireEntity(await entities.get(id), id, types);
  const reading = { context, now: now() };
  const isAlone = view.join === undefined;
  const body = isAlone
    ? showEntity(entity, context, view, reading.now)
    : await showJoined(entities, entity, view, reading);
  if (body !== undefined) return { body, ...(isAlone && { state: stateOf(entity, reading.now) }) };
  throw new NgsiLdError(
    'ResourceNotFound',
    `The Entity ${id} has nothing of what attrs, pick and omit leave.`,
  );
}

/** One Entity with those that it links to: an array where they stand behind it (clause 4.5.23.3). */
async function showJoined(
  store: TenantStore,
  entity: Entity,
  view: EntityView,
  reading: Reading,
): Promise<Json | undefined> {
  const all = await show(store, [entity], view, reading);
  return view.join?.kind === 'flat' && all.length > 0 ? listOf(all, view) : all[0];
}

async function queryPage(
  { store, now }: EntityQueryServiceParts,
  query: EntityQuery,
  page: QueryPage,
  view: EntityView,
  { tenant, context }: ReadScope,
): Promise<EntityPage> {
  const at = now();
  const entities = store.of(tenant);
  const { found, count } = await findPage(entities, query, page, at);
  const shown = await show(entities, found, view, { context, now: at });
  requireSendable(shown);
  return { body: listOf(shown, view), count };
}

/** Entities that can be sent together however large they are. */
const FEW = 50;
/** The most text of more, in characters: an answer is made as one text. */
const LARGEST_ANSWER = 128 * 1024 * 1024;

function requireSendable(shown: readonly JsonObject[]): void {
  if (shown.length <= FEW) return;
  let weight = 0;
  for (const entity of shown) weight += weightOfJson(entity);
  if (weight <= LARGEST_ANSWER) return;
  throw new NgsiLdError(
    'TooManyResults',
    `These ${shown.length} Entities have more than 128 MB together: ask for fewer at once (limit), or for less of them (attrs, pick, omit).`,
  );
}

interface Reading {
  readonly context: Context;
  readonly now: Micros;
}

/** The Entities as they are shown, but for those of which nothing is. */
function show(
  store: TenantStore,
  entities: readonly Entity[],
  view: EntityView,
  { context, now }: Reading,
): readonly JsonObject[] | Promise<readonly JsonObject[]> {
  const { join } = view;
  if (join !== undefined) return showWithLinked(entities, view, { store, vocabulary: context, join, now });
  return entities
    .map((entity) => showEntity(entity, context, view, now))
    .filter((shown) => shown !== undefined);
}

function listOf(shown: readonly JsonObject[], { isGeoJson }: EntityView): Json {
  return isGeoJson ? toFeatureCollection(shown) : shown;
}

interface Found {
  readonly found: readonly Entity[];
  readonly count: number;
}

const narrowed = onceForEach(narrow);

/** The store pages and counts where it can judge the query exactly; else its candidates are judged here. */
function findPage(store: TenantStore, query: EntityQuery, page: QueryPage, now: Micros): Promise<Found> {
  const { condition, exact } = narrowed(query);
  const { order, offset, limit } = page;
  if (order !== undefined) {
    const judge = createJudge(store, query, now);
    const attributes = namedAttributes(query, order);
    return orderedPage(store, { condition, judge, order, attributes, offset, limit }, now);
  }
  if (exact && store.isExact(condition)) return take(store, condition, page);
  return filter(store, condition, createJudge(store, query, now), page);
}

async function take(
  store: TenantStore,
  condition: Condition,
  { offset, limit, count }: QueryPage,
): Promise<Found> {
  if (count) {
    const [found, all] = await Promise.all([
      firstOf(store, condition, offset, limit),
      store.count(condition),
    ]);
    return { found, count: all };
  }
  // One more than the page tells whether there is a next one.
  const found = await firstOf(store, condition, offset, limit + 1);
  const known = found.length === 0 ? 0 : offset + found.length;
  return { found: found.slice(0, limit), count: known };
}

async function firstOf(
  store: TenantStore,
  condition: Condition,
  offset: number,
  limit: number,
): Promise<readonly Entity[]> {
  const found: Entity[] = [];
  if (limit === 0) return found;
  for await (const entities of store.find(condition, { offset, limit })) {
    found.push(...entities);
    if (found.length >= limit) break;
  }
  return found.length > limit ? found.slice(0, limit) : found;
}

async function filter(
  store: TenantStore,
  condition: Condition,
  judge: Judge,
  { offset, limit, count }: QueryPage,
): Promise<Found> {
  const end = offset + limit;
  const found: Entity[] = [];
  let met = 0;
  for await (const entities of store.find(condition, { limit: end + 1 })) {
    const matching = await judge(entities);
    found.push(...matching.slice(Math.max(0, offset - met), Math.max(0, end - met)));
    met += matching.length;
    // One behind the page tells that there is a next one.
    if (met > end && !count) break;
  }
  return { found, count: met };
}
