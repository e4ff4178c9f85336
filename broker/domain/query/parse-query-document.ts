import type { Json, JsonObject } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';
import { requireUri } from '../names.ts';
import { isText } from '../number-text.ts';
import { type Join, type JoinParameters, parseJoin } from '../representation/join.ts';
import type { NameList } from '../representation/projection-terms.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { parseEntityQuery } from './parse-entity-query.ts';
import type { OrderParameters } from './parse-order-by.ts';
import type { EntityQuery, EntitySelector } from './query.ts';

/** A Query of clause 5.2.23: which Entities, and what of them in which order, the latter as a GET would have it. */
export interface QueryDocument {
  readonly query: EntityQuery;
  readonly projection: {
    readonly attrs?: NameList;
    readonly pick?: NameList;
    readonly omit?: NameList;
    readonly lang?: string;
    readonly datasetId?: NameList;
  };
  readonly ordering: OrderParameters;
  /** Undefined for no Linked Entities. */
  readonly join: Join | undefined;
}

/** What a Query may say besides what all Queries do. */
export interface QueryDialect {
  readonly members: readonly string[];
  /** True where scope may stand in attrs: see `parseEntityQuery`. */
  readonly hasScopes: boolean;
}

/** The members that mean the same as parameters of a GET: texts, and arrays of names. */
const TEXTS = ['q', 'scopeQ', 'csf', 'lang', 'expandValues', 'jsonKeys'] as const;
const NAMES = ['attrs', 'pick', 'omit', 'datasetId'] as const;
const GEO_MEMBERS = ['georel', 'geometry', 'coordinates', 'geoproperty'];
const ORDERING_MEMBERS = ['orderBy', 'collation', 'coordinates', 'geometry'];
const JOIN_MEMBERS = ['join', 'joinLevel', 'containedBy'];
const SELECTOR_MEMBERS = ['id', 'idPattern', 'type'];
/** Of Entities as they are. */
const CURRENT: QueryDialect = { members: JOIN_MEMBERS, hasScopes: false };
const MOST_SELECTORS = 1000;

/**
 * The body of a query by POST (clauses 5.2.23, 6.23).
 * @throws NgsiLdError BadRequestData naming the member; TooComplexQuery
 */
export function parseQueryDocument(
  body: Json,
  vocabulary: Vocabulary,
  { members, hasScopes }: QueryDialect = CURRENT,
): QueryDocument {
  const document = requireObject(body, 'The body');
  if (document['type'] !== 'Query') throw badRequest('The body is no Query: its type has to be "Query".');
  const allowed = ['type', '@context', 'entities', 'geoQ', 'ordering', ...TEXTS, ...NAMES, ...members];
  refuseOthers(document, allowed, 'a Query');
  const texts = membersOf(document, TEXTS, requireText);
  const names = membersOf(document, NAMES, requireNames);
  const { entities, geoQ } = document;
  const ordering = orderParameters(document['ordering']);
  const join = parseJoin(joinParameters(document));
  const query = parseEntityQuery(
    {
      ...texts,
      ...(names.attrs !== undefined && { attrs: names.attrs }),
      ...(geoQ !== undefined && geoParameters(geoQ)),
      joinLevel: join?.level,
      hasScopes,
    },
    vocabulary,
  );
  const projection = { ...names, ...(texts.lang !== undefined && { lang: texts.lang }) };
  const rest = { projection, ordering, join };
  if (entities === undefined) return { query, ...rest };
  return { query: { ...query, selectors: parseSelectors(entities, vocabulary) }, ...rest };
}

function joinParameters({ join, joinLevel, containedBy }: JsonObject): JoinParameters {
  return {
    ...(join !== undefined && { join: requireText(join, 'join') }),
    ...(joinLevel !== undefined && { joinLevel: requireLevel(joinLevel) }),
    ...(containedBy !== undefined && { containedBy: requireNames(containedBy, 'containedBy') }),
  };
}

function requireLevel(value: Json): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw badRequest('joinLevel is no whole number from 1 on.');
}

/** The members that are there, of those named. */
function membersOf<Name extends string, Value>(
  document: JsonObject,
  names: readonly Name[],
  read: (value: Json, name: string) => Value,
): { readonly [Key in Name]?: Value } {
  const members: { [Key in Name]?: Value } = {};
  for (const name of names) {
    const value = document[name];
    if (value !== undefined) members[name] = read(value, name);
  }
  return members;
}

function geoParameters(geoQ: Json): JsonObject {
  const members = requireObject(geoQ, 'geoQ');
  refuseOthers(members, GEO_MEMBERS, 'geoQ');
  if (members['georel'] !== undefined) return members;
  throw badRequest('geoQ has no georel: a geoquery needs georel, geometry and coordinates together.');
}

/** OrderingParams (clause 5.2.43), whose coordinates are an array. */
function orderParameters(ordering: Json | undefined): OrderParameters {
  if (ordering === undefined) return {};
  const members = requireObject(ordering, 'ordering');
  refuseOthers(members, ORDERING_MEMBERS, 'ordering');
  const { orderBy, collation, coordinates, geometry } = members;
  if (coordinates !== undefined && !Array.isArray(coordinates)) {
    throw badRequest('ordering.coordinates is no array: write for example [4.35, 50.85].');
  }
  return {
    ...(orderBy !== undefined && { orderBy: requireNames(orderBy, 'ordering.orderBy') }),
    ...(collation !== undefined && { collation: requireText(collation, 'ordering.collation') }),
    ...(coordinates !== undefined && { orderFrom: coordinates }),
    ...(geometry !== undefined && { orderGeometry: geometry }),
  };
}

function parseSelectors(entities: Json, vocabulary: Vocabulary): readonly EntitySelector[] {
  if (!Array.isArray(entities) || entities.length === 0 || entities.length > MOST_SELECTORS) {
    throw badRequest(`entities is no array of 1 to ${MOST_SELECTORS} EntitySelectors.`);
  }
  return entities.map((entity: Json, at) => parseSelector(entity, `entities[${at}]`, vocabulary));
}

/** An EntitySelector (clause 5.2.33), where id takes precedence over idPattern: with both, the pattern says nothing. */
function parseSelector(value: Json, what: string, vocabulary: Vocabulary): EntitySelector {
  const members = requireObject(value, what);
  refuseOthers(members, SELECTOR_MEMBERS, what);
  const { id, idPattern, type } = members;
  const ids = id === undefined ? undefined : parseIds(id, `${what}.id`);
  const parsed = parseEntityQuery(
    {
      ...(idPattern !== undefined && { idPattern: requireText(idPattern, `${what}.idPattern`) }),
      ...(type !== undefined && { type: requireText(type, `${what}.type`) }),
    },
    vocabulary,
  );
  const [selector] = parsed.selectors ?? [];
  if (ids !== undefined) {
    const { idPattern: _outranked, ...rest }: EntitySelector = selector ?? {};
    return { ...rest, ids };
  }
  if (selector !== undefined) return selector;
  throw badRequest(`${what} selects nothing: give it a type, an id or an idPattern.`);
}

/** URIs may hold commas: each stands for itself. */
function parseIds(id: Json, what: string): readonly string[] {
  const uris = Array.isArray(id) ? requireNames(id, what) : [requireText(id, what)];
  return uris.map((uri) => requireUri(uri, what));
}

function requireNames(value: Json, what: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0)
    throw badRequest(`${what} is no array of strings with at least one.`);
  return value.map((name: Json) => requireText(name, what));
}

function requireText(value: Json, what: string): string {
  if (isText(value) && value !== '') return value;
  throw badRequest(`${what} is no string, or an empty one.`);
}

function requireObject(value: Json, what: string): JsonObject {
  if (isObject(value)) return value;
  throw badRequest(`${what} is not a JSON object.`);
}

function refuseOthers(object: JsonObject, allowed: readonly string[], what: string): void {
  const other = Object.keys(object).find((name) => !allowed.includes(name));
  if (other === undefined) return;
  throw badRequest(`${JSON.stringify(other)} is no member of ${what}. Allowed: ${allowed.join(', ')}.`);
}
