import type { Entity, Json, JsonObject, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { Condition } from '../domain/query/condition.ts';
import type { Predicate } from '../domain/query/match-attributes.ts';
import { compileQuery } from '../domain/query/matches.ts';
import { narrow } from '../domain/query/narrow.ts';
import type { EntityQuery } from '../domain/query/query.ts';
import { toFeatureCollection } from '../domain/representation/feature.ts';
import type { Context } from '../jsonld/context.ts';
import type { Store, TenantStore } from '../store/store.ts';
import { requireEntity } from './change-entity.ts';
import { type EntityTarget, parseTarget } from './entities.ts';
import { type EntityView, showEntity } from './entity-view.ts';

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
}

/** A page of Entities. */
interface EntityPage {
  /** An array of Entities, or a FeatureCollection. */
  readonly body: Json;
  /** The number of all that match where it was asked for; else only how many are known of, one behind the page included. */
  readonly count: number;
}

/** The operations of clause 5.7 on current Entities. */
export interface EntityQueryService {
  /** @throws BadRequestData, ResourceNotFound, also when the projection leaves nothing (clause 5.7.1) */
  retrieveEntity(target: EntityTarget, view: EntityView, scope: ReadScope): Promise<JsonObject>;
  /** In order of creation (clause 5.7.2). */
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
): Promise<JsonObject> {
  const { id, types } = parseTarget(target, { context });
  const entity = requireEntity(await store.of(tenant).get(id), id, types);
  const shown = showEntity(entity, context, view, now());
  if (shown !== undefined) return shown;
  throw new NgsiLdError(
    'ResourceNotFound',
    `The Entity ${id} has nothing of what attrs, pick and omit leave.`,
  );
}

async function queryPage(
  { store, now }: EntityQueryServiceParts,
  query: EntityQuery,
  page: QueryPage,
  view: EntityView,
  { tenant, context }: ReadScope,
): Promise<EntityPage> {
  const at = now();
  const { found, count } = await findPage(store.of(tenant), query, page, at);
  const shown: JsonObject[] = [];
  for (const entity of found) {
    const body = showEntity(entity, context, view, at);
    if (body !== undefined) shown.push(body);
  }
  return { body: view.isGeoJson ? toFeatureCollection(shown) : shown, count };
}

interface Found {
  readonly found: readonly Entity[];
  readonly count: number;
}

/** The store pages and counts where it can judge the query exactly; else its candidates are judged here. */
function findPage(store: TenantStore, query: EntityQuery, page: QueryPage, now: Micros): Promise<Found> {
  const { condition, exact } = narrow(query);
  if (exact && store.isExact(condition)) return take(store, condition, page);
  return filter(store, condition, compileQuery(query), page, now);
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
  matches: Predicate,
  { offset, limit, count }: QueryPage,
  now: Micros,
): Promise<Found> {
  const end = offset + limit;
  const found: Entity[] = [];
  let met = 0;
  for await (const entities of store.find(condition)) {
    const matching = entities.filter((entity) => matches(entity, { now }));
    found.push(...matching.slice(Math.max(0, offset - met), Math.max(0, end - met)));
    met += matching.length;
    // One behind the page tells that there is a next one.
    if (met > end && !count) break;
  }
  return { found, count: met };
}
