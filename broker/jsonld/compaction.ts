import type { Json, JsonObject } from '../domain/entity.ts';
import { isObject } from '../domain/json-object.ts';
import { type Members, setMember } from '../domain/set-member.ts';
import { chooseTerm, isReference } from './coercion.ts';
import { compactWithoutTerm, expandIdentifier, expandName } from './names.ts';
import type { Term, TermTable } from './term-table.ts';

/** What compaction needs of an @context: its table, and its names by the table's memory. */
interface Compacting {
  readonly table: TermTable;
  readonly compactName: (iri: string) => string;
}

/**
 * The inverse of `expandValue`: IRIs become names, and what a coerced term implies is left out. A name is only used
 * when it reads back as what is stored. Identifiers stay whole; typed values are written as
 * `{ "@type": …, "@value": … }`. What has no names in it comes back uncopied.
 */
export function compactValue(context: Compacting, value: Json, term?: Term): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return compactArray(context, value, term);
  const object = value as JsonObject;
  if ('@value' in object) return compactTypedValue(context, object, term);
  return compactReference(context, object, term) ?? compactObject(context, object, term);
}

function compactArray(context: Compacting, items: readonly Json[], term: Term | undefined): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] as Json;
    const compacted = compactValue(context, item, term);
    if (compacted !== item && copy === undefined) copy = items.slice(0, index);
    copy?.push(compacted);
  }
  return copy ?? items;
}

function compactTypedValue(context: Compacting, value: JsonObject, term: Term | undefined): Json {
  const type = value['@type'];
  if (type === undefined) return value;
  if (type === term?.coercion && Object.keys(value).length === 2) return value['@value'] as Json;
  return { ...value, '@type': compactTypes(context, type) };
}

function compactReference(
  context: Compacting,
  value: JsonObject,
  term: Term | undefined,
): string | undefined {
  const coercion = term?.coercion;
  if ((coercion !== '@id' && coercion !== '@vocab') || !isReference(value)) return undefined;
  const identifier = value['@id'] as string;
  if (coercion === '@id')
    return expandIdentifier(context.table, identifier) === identifier ? identifier : undefined;
  const name = context.compactName(identifier);
  return expandName(context.table, name) === identifier ? name : undefined;
}

function compactObject(context: Compacting, value: JsonObject, parent: Term | undefined): Json {
  const compacted: Members = {};
  for (const iri of Object.keys(value)) {
    const member = value[iri] as Json;
    if (iri.startsWith('@')) {
      setMember(compacted, context.compactName(iri), compactKeyword(context, iri, member, parent));
    } else {
      compactMember(context, compacted, iri, member);
    }
  }
  return compacted;
}

function compactMember(context: Compacting, into: Members, iri: string, value: Json): void {
  const terms = context.table.byIri.get(iri);
  if (terms === undefined) {
    setMember(into, context.compactName(iri), compactValue(context, value));
    return;
  }
  const term = chooseTerm(terms, value);
  const name = term?.name ?? compactWithoutTerm(context.table, iri);
  const compacted =
    term?.map !== undefined && isObject(value)
      ? compactMap(context, value, term)
      : compactValue(context, value, term);
  setMember(into, name, compacted);
}

function compactMap(context: Compacting, value: JsonObject, term: Term): Json {
  if (term.map === '@language') return value;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => [
    term.map === '@type' ? context.compactName(key) : key,
    compactValue(context, item, term),
  ]);
  return Object.fromEntries(entries);
}

function compactKeyword(context: Compacting, keyword: string, value: Json, parent: Term | undefined): Json {
  switch (keyword) {
    case '@type':
      return compactTypes(context, value);
    case '@list':
    case '@set':
      return compactValue(context, value, parent);
    case '@graph':
    case '@included':
    case '@nest':
    case '@reverse':
      return compactValue(context, value);
    default:
      return value;
  }
}

function compactTypes(context: Compacting, types: Json): Json {
  if (typeof types === 'string') return context.compactName(types);
  return Array.isArray(types) ? types.map((type: Json) => compactTypes(context, type)) : types;
}
