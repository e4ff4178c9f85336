import { parseDate, parseDateTime, parseTime } from './date-time.ts';
import { type Json, NGSI_LD_NULL } from './entity.ts';
import { badRequest } from './errors.ts';
import { requireGeometry } from './geojson.ts';
import { isObject } from './json-object.ts';
import { isNgsiLdNull, requireUri, shown } from './names.ts';
import { isText } from './number-text.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Checks the value of one Attribute kind as a client writes it and gives it expanded; `what` names it in errors. */
export type ValueReader = (value: Json, vocabulary: Vocabulary, what: string) => Json;

const LANGUAGE_TAG = /^(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|@none)$/;
const CORE = 'https://uri.etsi.org/ngsi-ld/';
const TIME_TYPES: Readonly<Record<string, (text: string) => number | undefined>> = {
  [`${CORE}DateTime`]: parseDateTime,
  [`${CORE}Date`]: parseDate,
  [`${CORE}Time`]: parseTime,
};

/** A Property value (clause 4.5.2): any JSON but null, which JSON-LD would take away. */
export function readProperty(value: Json, vocabulary: Vocabulary, what: string): Json {
  if (typeof value !== 'object') return value;
  // JSON-LD takes away a typed null too, unless its type is @json.
  const expanded = vocabulary.expandValue(value);
  if (expanded !== null) return withTimeChecked(expanded, what);
  throw badRequest(
    `the value of ${what} is null: leave the Attribute out, or delete it with "${NGSI_LD_NULL}"`,
  );
}

/** The value: one that is typed by a core time type, by whatever name, has to be one (clause 4.6.3). */
function withTimeChecked(value: Json, what: string): Json {
  if (!isObject(value) || typeof value['@value'] !== 'string') return value;
  const type = value['@type'];
  if (typeof type !== 'string' || !Object.hasOwn(TIME_TYPES, type)) return value;
  if (TIME_TYPES[type]?.(value['@value']) !== undefined) return value;
  throw badRequest(
    `the value of ${what} is no ${type.split('/').at(-1)}: write UTC with Z and at most six fraction digits, and a day that exists`,
  );
}

/** A GeoJSON geometry (clause 4.7). */
export function readGeometry(value: Json, _vocabulary: Vocabulary, what: string): Json {
  return requireGeometry(value, `the value of ${what}`);
}

/** A languageMap (clause 4.5.18): language tags of RFC 5646 or `@none`, each with a string or strings. */
export function readLanguageMap(value: Json, _vocabulary: Vocabulary, what: string): Json {
  if (!isObject(value)) {
    throw badRequest(`the languageMap of ${what} is not an object: write {"en": "...", "nl": "..."}`);
  }
  if (Object.keys(value).length === 0)
    throw badRequest(`the languageMap of ${what} is empty: give the text in one language at least`);
  for (const tag in value) {
    if (!LANGUAGE_TAG.test(tag)) {
      throw badRequest(
        `the languageMap of ${what} has the key ${shown(tag)}: use language tags of RFC 5646, or @none`,
      );
    }
    const text = value[tag];
    if (!isText(text) && !(Array.isArray(text) && text.every(isText))) {
      throw badRequest(`the languageMap of ${what} has for ${tag} neither a string nor an array of strings`);
    }
  }
  return value;
}

/**
 * The language of what a request holds: one language tag of RFC 5646, or `@none` (clause 5.6.17).
 * @throws NgsiLdError BadRequestData naming `what`.
 */
export function requireLanguageTag(tag: string, what: string): string {
  if (LANGUAGE_TAG.test(tag)) return tag;
  throw badRequest(`${what} ${shown(tag)} is not a language tag: write one of RFC 5646, such as fr or fr-CH`);
}

/** One term or several, as IRIs (clause 4.5.20). */
export function readVocab(value: Json, vocabulary: Vocabulary, what: string): Json {
  if (isTerm(value)) return vocabulary.expandVocab(value);
  if (!Array.isArray(value) || value.length === 0 || !value.every(isTerm)) {
    throw badRequest(
      `the vocab of ${what} is neither a term nor an array of terms: write strings, none of them empty`,
    );
  }
  return value.map((term) => vocabulary.expandVocab(term));
}

function isTerm(value: Json): value is string {
  return isText(value) && value !== '';
}

/** JSON that nobody interprets: an object or an array (clause 4.5.24). */
export function readJson(value: Json, _vocabulary: Vocabulary, what: string): Json {
  if (typeof value === 'object' && value !== null) return value;
  throw badRequest(`the json of ${what} is neither an object nor an array: use a Property for single values`);
}

/** An ordered array of Property values (clause 4.5.21). */
export function readValueList(value: Json, vocabulary: Vocabulary, what: string): Json {
  if (Array.isArray(value)) return vocabulary.expandValue(value);
  throw badRequest(`the valueList of ${what} is not an array: write [value, ...]`);
}

/** A URI or several (clause 4.5.3). */
export function readObject(value: Json, _vocabulary: Vocabulary, what: string): Json {
  const object = `the object of ${what}`;
  if (!Array.isArray(value)) return requireUri(value, object);
  if (value.length === 0) throw badRequest(`${object} is an empty array: name one URI or more`);
  for (const uri of value) requireUri(uri, object);
  return value;
}

/** An ordered array of URIs, bare or each as `{"object": URI}` (clause 4.5.22). */
export function readObjectList(value: Json, _vocabulary: Vocabulary, what: string): Json {
  const objects = `the objectList of ${what}`;
  if (!Array.isArray(value))
    throw badRequest(`${objects} is not an array: write [{"object": "urn:..."}, ...]`);
  return value.map((entry: Json) => requireUri(isObject(entry) ? entry['object'] : entry, objects));
}

/** NGSI-LD Null for a value that is no array (clause 4.5.0). */
export function isNullValue(value: Json): boolean {
  return isNgsiLdNull(value);
}

/** NGSI-LD Null for an ordered list: bare, or alone in the array. */
export function isNullList(value: Json): boolean {
  return isNgsiLdNull(value) || (Array.isArray(value) && value.length === 1 && isNgsiLdNull(value[0]));
}

/** NGSI-LD Null for a languageMap: bare, or as the only entry, under `@none`. */
export function isNullLanguageMap(value: Json): boolean {
  if (!isObject(value)) return isNgsiLdNull(value);
  return value['@none'] === NGSI_LD_NULL && Object.keys(value).length === 1;
}
