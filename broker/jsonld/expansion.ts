import { type Json, type JsonObject, NGSI_LD_NULL } from '../domain/entity.ts';
import { badRequest } from '../domain/errors.ts';
import { isObject } from '../domain/json-object.ts';
import type { Members } from '../domain/set-member.ts';
import { isReferable } from './coercion.ts';
import { expandIdentifier } from './names.ts';
import type { Term, TermTable } from './term-table.ts';

/** Objects and arrays inside each other in one value, at most. */
const deepestValue = 200;

/** What expansion needs of an @context: its table, and its names by the table's memory. */
interface Expanding {
  readonly table: TermTable;
  readonly expandName: (name: string) => string | null;
}

/**
 * A value as JSON-LD expands it, in the shape it came in: member names become IRIs and keywords, strings under coerced
 * terms become references and typed values, null members vanish. Other than JSON-LD, arrays keep their shape, default
 * languages are not applied, and NGSI-LD Null is never coerced. What has no names in it comes back uncopied.
 * @throws NgsiLdError BadRequestData when it is nested too deeply, embeds an @context, or misuses a JSON-LD keyword.
 */
export function expandValue(context: Expanding, value: Json, term?: Term, depth = 0): Json {
  if (typeof value !== 'object' || value === null) return coerce(context, value, term);
  if (depth >= deepestValue) {
    throw badRequest(`The value is nested more than ${deepestValue} levels deep. Make it flatter.`);
  }
  if (Array.isArray(value)) return expandArray(context, value, term, depth);
  return expandObject(context, value as JsonObject, term, depth);
}

function expandArray(
  context: Expanding,
  items: readonly Json[],
  term: Term | undefined,
  depth: number,
): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as Json;
    const expanded = expandValue(context, item, term, depth + 1);
    if (expanded !== item && copy === undefined) copy = items.slice(0, index);
    copy?.push(expanded);
  }
  return copy ?? items;
}

function expandObject(context: Expanding, value: JsonObject, parent: Term | undefined, depth: number): Json {
  const expanded: Members = {};
  for (const name of Object.keys(value)) {
    const member = value[name] as Json;
    const iri = context.expandName(name);
    if (iri === null) refuseReserved(context.table, name);
    else if (iri.startsWith('@')) expandKeyword(context, expanded, iri, member, parent, depth);
    else expandMember(context, expanded, iri, name, member, depth);
  }
  if (!('@value' in expanded)) return expanded;
  checkTypedValue(expanded);
  return expanded['@value'] === null && expanded['@type'] !== '@json' ? null : expanded;
}

function expandMember(
  context: Expanding,
  into: Members,
  iri: string,
  name: string,
  value: Json,
  depth: number,
): void {
  const term = context.table.terms.get(name);
  if (term?.isReverse === true) {
    throw badRequest(`"${name}" is a reverse property (@reverse) in the @context. Use a forward property.`);
  }
  if (term?.coercion === '@json') {
    addMember(into, iri, { '@type': '@json', '@value': value });
    return;
  }
  if (value === null) return;
  const expanded =
    term?.map !== undefined && isObject(value)
      ? expandMap(context, value, term, depth)
      : expandValue(context, value, term, depth + 1);
  if (expanded !== null) addMember(into, iri, expanded);
}

/** JSON-LD joins the values of two names for one IRI, and so do we. */
function addMember(into: Members, iri: string, value: Json): void {
  const known = into[iri];
  if (known === undefined) into[iri] = value;
  else into[iri] = [...listOf(known), ...listOf(value)];
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

/** A language map is kept as it is; of the other maps only those keys change that are identifiers or types. */
function expandMap(context: Expanding, value: JsonObject, term: Term, depth: number): Json {
  if (term.map === '@language') return value;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => {
    const expanded = expandValue(context, item, term, depth + 1);
    if (term.map === '@id') return [expandIdentifier(context.table, key), expanded];
    return [term.map === '@type' ? (context.expandName(key) ?? key) : key, expanded];
  });
  return Object.fromEntries(entries);
}

function expandKeyword(
  context: Expanding,
  into: Members,
  keyword: string,
  value: Json,
  parent: Term | undefined,
  depth: number,
): void {
  if (keyword === '@context') {
    throw badRequest(
      'A value embeds an @context. It may only stand at the top of the document (clause 5.5.7).',
    );
  }
  if (keyword in into && keyword !== '@type') {
    throw badRequest(`A value has ${keyword} twice, once by an alias. Keep one of them.`);
  }
  if (value === null && keyword !== '@value') return;
  addMember(into, keyword, keywordValue(context, keyword, value, parent, depth));
}

function keywordValue(
  context: Expanding,
  keyword: string,
  value: Json,
  parent: Term | undefined,
  depth: number,
): Json {
  switch (keyword) {
    case '@id':
      return typeof value === 'string' ? expandIdentifier(context.table, value) : value;
    case '@type':
      return expandTypes(context, value);
    case '@list':
    case '@set':
      return expandValue(context, value, parent, depth + 1);
    case '@graph':
    case '@included':
    case '@nest':
    case '@reverse':
      return expandValue(context, value, undefined, depth + 1);
    default:
      return value;
  }
}

function expandTypes(context: Expanding, types: Json): Json {
  if (typeof types === 'string') return context.expandName(types) ?? types;
  return Array.isArray(types) ? types.map((type: Json) => expandTypes(context, type)) : types;
}

function coerce(context: Expanding, value: Exclude<Json, object>, term: Term | undefined): Json {
  const coercion = term?.coercion;
  if (coercion === undefined || coercion === '@none' || value === null || value === NGSI_LD_NULL)
    return value;
  if (coercion === '@id') {
    return isReferable(value) ? { '@id': expandIdentifier(context.table, value) } : value;
  }
  if (coercion === '@vocab') {
    return isReferable(value) ? { '@id': context.expandName(value) ?? value } : value;
  }
  return { '@type': coercion, '@value': value };
}

function refuseReserved(table: TermTable, name: string): void {
  if (table.terms.has(name)) return;
  throw badRequest(
    `The member name "${name}" is reserved by JSON-LD: names may not look like keywords. Rename it.`,
  );
}

const besideValue = new Set(['@value', '@type', '@language', '@direction', '@index']);

function checkTypedValue(value: Members): void {
  for (const name of Object.keys(value)) {
    if (besideValue.has(name)) continue;
    throw badRequest(`A JSON-LD value object has the member "${name}" beside @value. Take one of them away.`);
  }
  if ('@type' in value && ('@language' in value || '@direction' in value)) {
    throw badRequest('A JSON-LD value object has both @type and @language or @direction. Keep one of them.');
  }
}
