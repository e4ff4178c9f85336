import { ATTRIBUTE_KINDS, KIND_OF_MEMBER } from '../attribute-kinds.ts';
import type { AttributeKind, Json } from '../entity.ts';
import type { AttributeFragment } from '../entity-input.ts';
import { badRequest } from '../errors.ts';
import { looksLikeGeometry } from '../geojson.ts';
import { isObject } from '../json-object.ts';
import { isText } from '../number-text.ts';
import { checkPlainValue } from './check-plain-value.ts';
import type { Reading } from './reading.ts';

/**
 * The value of one instance in simplified representation (clause 4.5.4). Its `kind` is only what a new Attribute gets;
 * one that exists keeps its own (clause 5.6.17).
 */
export function readSimplified(raw: Json, reading: Reading, what: string): AttributeFragment {
  return {
    kind: guessedKind(raw),
    valueAs: (kind) => readAs(kind, raw, reading, what),
  };
}

/** True for what a languageMap has for one language, and a request with `lang` may give without it (table 6.5.3.4-1). */
export function isInOneLanguage(raw: Json): boolean {
  return isText(raw) || (Array.isArray(raw) && raw.length > 0 && raw.every(isText));
}

function guessedKind(raw: Json): AttributeKind {
  if (looksLikeGeometry(raw)) return 'GeoProperty';
  if (isObject(raw) && Object.keys(raw).length === 1) {
    for (const [member, kind] of KIND_OF_MEMBER) {
      if (ATTRIBUTE_KINDS[kind].isWrapped && raw[member] !== undefined) return kind;
    }
  }
  return 'Property';
}

function readAs(kind: AttributeKind, raw: Json, { vocabulary, mode, lang }: Reading, what: string): Json {
  const { isWrapped, valueMember, read } = ATTRIBUTE_KINDS[kind];
  if (kind === 'LanguageProperty' && isInOneLanguage(raw)) return { [requireLang(lang, what)]: raw };
  const value = isWrapped && isObject(raw) && raw[valueMember] !== undefined ? raw[valueMember] : raw;
  if (kind !== 'JsonProperty') checkPlainValue(value, mode, what);
  return read(value, vocabulary, what);
}

function requireLang(lang: string | undefined, what: string): string {
  if (lang !== undefined) return lang;
  throw badRequest(
    `${what} is a LanguageProperty: write {"languageMap": {...}}, or name the language with lang=`,
  );
}
