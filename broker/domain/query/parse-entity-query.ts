import { badRequest } from '../errors.ts';
import { requireName, requireUri } from '../names.ts';
import { parseAttributeName } from '../parsing/parse-names.ts';
import { type NameList, namesOf } from '../representation/projection-terms.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { namesAttribute, systemMembers } from './attribute-query.ts';
import { type GeoQueryParameters, parseGeoQuery } from './geo-query.ts';
import { parseAttributeQuery } from './parse-attribute-query.ts';
import { parsePattern } from './pattern.ts';
import type { EntityQuery, EntitySelector } from './query.ts';
import { parseScopeQuery } from './scope-query.ts';
import { parseTypeSelection, selectsEveryType } from './type-selection.ts';

/** The parameters of a GET that say which Entities are meant (table 6.4.3.2-1), decoded; all texts. */
export interface EntityQueryParameters extends GeoQueryParameters {
  readonly id?: string | undefined;
  readonly idPattern?: string | undefined;
  readonly type?: string | undefined;
  readonly attrs?: NameList | undefined;
  readonly q?: string | undefined;
  readonly scopeQ?: string | undefined;
  /** A filter of Context Sources (clause 4.9). There are none, so it is checked and filters nothing. */
  readonly csf?: string | undefined;
  readonly expandValues?: string | undefined;
  readonly jsonKeys?: string | undefined;
  /** How many Relationships q may follow; 0, the default, without `join`. */
  readonly joinLevel?: number | undefined;
  /** True where scope may stand in attrs, since it changes over time as an Attribute does (annex C.5.16.2). */
  readonly hasScopes?: boolean | undefined;
}

/**
 * Parses the query parameters of a GET (clause 6.4.3.2).
 * @throws NgsiLdError BadRequestData, TooComplexQuery: see the parsers of each language.
 */
export function parseEntityQuery(parameters: EntityQueryParameters, vocabulary: Vocabulary): EntityQuery {
  const selector = parseSelector(parameters, vocabulary);
  const attributes = parseAttributes(parameters, vocabulary);
  const geoQ = parseGeoQuery(parameters, vocabulary);
  if (parameters.csf !== undefined) parseAttributeQuery(parameters.csf, vocabulary, { called: 'csf' });
  return {
    ...(selector !== undefined && { selectors: [selector] }),
    ...(attributes !== undefined && { attributes }),
    ...(parameters.q !== undefined && { q: parseQ(parameters.q, parameters, vocabulary) }),
    ...(geoQ !== undefined && { geoQ }),
    ...(parameters.scopeQ !== undefined && { scopeQ: parseScopeQuery(parameters.scopeQ) }),
  };
}

/**
 * Refuses a query that would go through everything (clause 5.7.2.4, table 6.4.3.2-1): without `local` there must be a
 * type, an Attribute in attrs or q that is not a system member, or a geoquery. `type=*` implies local scope.
 * @param local what the parameter says; undefined when it is absent
 * @throws NgsiLdError BadRequestData
 */
export function requireNarrowQuery(query: EntityQuery, local: boolean | undefined): void {
  const selections = query.selectors?.map(({ types }) => types) ?? [];
  if (local === false && selections.some((types) => types !== undefined && selectsEveryType(types))) {
    throw badRequest('type=* implies local=true: leave out local=false');
  }
  const hasType = selections.length > 0 && selections.every((types) => types !== undefined);
  const hasQ = query.q !== undefined && namesAttribute(query.q);
  if (local === true || hasType || hasQ || query.attributes !== undefined || query.geoQ !== undefined) return;
  throw badRequest(
    'The query is too wide: add type, an Attribute in attrs or q, or a geoquery (id, idPattern and system members alone do not suffice), or ask with local=true',
  );
}

function parseSelector(
  parameters: EntityQueryParameters,
  vocabulary: Vocabulary,
): EntitySelector | undefined {
  const { id, idPattern, type } = parameters;
  if (id === undefined && idPattern === undefined && type === undefined) return undefined;
  return {
    ...(id !== undefined && { ids: partsOf(id, /,/).map((uri) => requireUri(uri, 'id')) }),
    ...(idPattern !== undefined && { idPattern: parsePattern(requireSome(idPattern), 'idPattern') }),
    ...(type !== undefined && { types: parseTypeSelection(type, vocabulary) }),
  };
}

/** System members are passed over, for every Entity has them; undefined as well when there is nothing else. */
function parseAttributes(
  { attrs, hasScopes = false }: EntityQueryParameters,
  vocabulary: Vocabulary,
): readonly string[] | undefined {
  if (attrs === undefined) return undefined;
  const names = namesOf(attrs, /[,|]/).map((name) => name.trim());
  if (names.length === 0 || names.includes(''))
    throw badRequest('attrs has an empty name: separate names by single commas');
  const isPassedOver = (name: string): boolean =>
    systemMembers.some((member) => member === name) || (hasScopes && name === 'scope');
  const attributes = names
    .filter((name) => !isPassedOver(name))
    .map((name) => parseAttributeName(name, vocabulary));
  return attributes.length === 0 ? undefined : attributes;
}

function requireSome(idPattern: string): string {
  if (idPattern !== '') return idPattern;
  throw badRequest('idPattern is empty: write a regular expression, or leave it out');
}

function parseQ(q: string, parameters: EntityQueryParameters, vocabulary: Vocabulary) {
  return parseAttributeQuery(q, vocabulary, {
    expandValues: namesIn(parameters.expandValues, 'expandValues'),
    jsonKeys: namesIn(parameters.jsonKeys, 'jsonKeys'),
    joinLevel: parameters.joinLevel ?? 0,
  });
}

/** An empty list is none. */
function namesIn(text: string | undefined, parameter: string): readonly string[] {
  if (text === undefined || text === '') return [];
  return partsOf(text, /,/).map((name) => requireName(name, `an element of ${parameter}`));
}

function partsOf(text: string, separator: RegExp): readonly string[] {
  return text.split(separator).map((part) => part.trim());
}
