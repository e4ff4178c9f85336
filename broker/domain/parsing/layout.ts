import { isAttributeKind, KIND_OF_MEMBER } from '../attribute-kinds.ts';
import type { AttributeKind, Json, JsonObject } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { looksLikeGeometry } from '../geojson.ts';
import { isObject } from '../json-object.ts';
import { shown } from '../names.ts';
import { isText } from '../number-text.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { METADATA_MEMBERS } from './instance-members.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';

/**
 * How an object in the place of an Attribute is to be read: as an instance of a kind, as an instance that does not
 * tell its kind, or as a bare value (the concise representation, clauses 4.5.2.3 and 4.5.3.3).
 */
export type Layout = AttributeKind | 'unknown' | 'value';

/**
 * @throws NgsiLdError BadRequestData when the type is no Attribute kind.
 */
export function layoutOf(raw: JsonObject, vocabulary: Vocabulary, what: string): Layout {
  const type = raw['type'] ?? raw['@type'];
  if (type !== undefined) return layoutOfType(raw, type, vocabulary, what);
  return inferredKind(raw) ?? (hasMetadata(raw) ? 'unknown' : 'value');
}

/**
 * True when an object would not come back as the value that it is if it stood bare for a Property: the concise
 * representation then has to write it as `{"value": ...}`.
 */
export function isMistakableForInstance(value: Json): boolean {
  if (Array.isArray(value)) return readsAsInstances(value);
  if (!isObject(value)) return false;
  if (value['type'] !== undefined) return true;
  const jsonLdType = value['@type'];
  if (typeof jsonLdType === 'string' && value['@value'] === undefined) return true;
  return isSimplifiedDatasets(value) || inferredKind(value) !== undefined || hasMetadata(value);
}

/** True for an array whose elements are instances of one Attribute (clause 4.5.5) and not an array value. */
export function readsAsInstances(values: readonly Json[]): boolean {
  return values.length > 0 && values.every(isInstanceLike);
}

/** True for what has the members of an instance, complete or not. */
export function isInstanceLike(value: Json): boolean {
  if (!isObject(value)) return false;
  const type = value['type'] ?? value['@type'];
  if (typeof type === 'string' && isAttributeKind(type)) return true;
  return type === undefined && (inferredKind(value) !== undefined || hasMetadata(value));
}

/** True for `{"dataset": {...}}`, the simplified representation of several instances (clause 4.5.4). */
export function isSimplifiedDatasets(value: JsonObject): boolean {
  return isObject(value['dataset']) && Object.keys(value).length === 1;
}

function layoutOfType(raw: JsonObject, type: Json, vocabulary: Vocabulary, what: string): Layout {
  const kind = isText(type) ? declaredKind(type, vocabulary) : undefined;
  if (kind !== undefined) return kind;
  if (looksLikeGeometry(raw)) return 'value';
  // A typed or typed-node value of JSON-LD.
  if (raw['type'] === undefined && inferredKind(raw) === undefined) return 'value';
  throw badRequest(
    `${what} has the type ${shown(type)}, which is no kind of Attribute: use Property, Relationship, GeoProperty, ` +
      'LanguageProperty, VocabProperty, JsonProperty, ListProperty or ListRelationship, ' +
      'or write an object value that has a type as {"value": {...}}',
  );
}

/** The kind that a type names, also by its IRI. */
function declaredKind(type: string, vocabulary: Vocabulary): AttributeKind | undefined {
  if (isAttributeKind(type)) return type;
  if (!type.includes(':')) return undefined;
  const iri = vocabulary.expand(type);
  const name = iri.startsWith(CORE) ? iri.slice(CORE.length) : '';
  return isAttributeKind(name) ? name : undefined;
}

function inferredKind(raw: JsonObject): AttributeKind | undefined {
  for (const [member, kind] of KIND_OF_MEMBER) {
    const value = raw[member];
    if (value === undefined) continue;
    return kind === 'Property' && looksLikeGeometry(value) ? 'GeoProperty' : kind;
  }
  return undefined;
}

function hasMetadata(raw: JsonObject): boolean {
  return METADATA_MEMBERS.some((member) => raw[member] !== undefined);
}
