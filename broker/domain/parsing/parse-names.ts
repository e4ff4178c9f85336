import type { Json } from '../entity.ts';
import { badRequest } from '../errors.ts';
import { isNgsiLdNull, requireName, requireScope, shown } from '../names.ts';
import { isText } from '../number-text.ts';
import type { Vocabulary } from '../vocabulary.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';

/** Terms of the core @context that are members of Entities and Attributes, never names of Attributes (clause 4.5.1). */
const CORE_MEMBERS = [
  ...['observedAt', 'unitCode', 'datasetId', 'instanceId', 'valueType', 'objectType', 'lang'],
  ...['createdAt', 'modifiedAt', 'deletedAt', 'expiresAt', 'scope', 'entity', 'entityList'],
  ...['hasValue', 'hasObject', 'hasLanguageMap', 'hasVocab', 'hasJSON', 'hasValueList', 'hasObjectList'],
  ...['previousValue', 'previousObject', 'previousLanguageMap', 'previousVocab', 'previousJson'],
  ...[
    'hasPreviousValue',
    'hasPreviousObject',
    'hasPreviousLanguageMap',
    'previousValueList',
    'previousObjectList',
  ],
];
const CORE_MEMBER_IRIS: ReadonlySet<string> = new Set(CORE_MEMBERS.map((name) => CORE + name));

/**
 * The IRI of an Attribute that a client names (clauses 4.6.2, 5.5.7).
 * @throws NgsiLdError BadRequestData when it is no name, or one that the core @context needs itself.
 */
export function parseAttributeName(name: string, vocabulary: Vocabulary): string {
  const iri = vocabulary.expand(requireName(name, 'Attribute'));
  if (!iri.startsWith('@') && !CORE_MEMBER_IRIS.has(iri)) return iri;
  throw badRequest(`${shown(name)} cannot name an Attribute: it is a member that NGSI-LD defines`);
}

/** What stands for the scope member of an Entity where Attributes are named by IRI. */
export const SCOPE = `${CORE}scope`;
/** What stands there for its expiresAt. */
export const EXPIRES_AT = `${CORE}expiresAt`;

/**
 * What delete attribute may be told to delete: the IRI of an Attribute, or `SCOPE` (clause 5.6.5).
 * @throws NgsiLdError BadRequestData.
 */
export function parseDeletionTarget(name: string, vocabulary: Vocabulary): string {
  const iri = vocabulary.expand(requireName(name, 'Attribute'));
  return iri === SCOPE ? SCOPE : parseAttributeName(name, vocabulary);
}

/**
 * The IRIs in a `type` member of an Entity, without repetition (clause 4.5.1).
 * @throws NgsiLdError BadRequestData.
 */
export function parseTypes(value: Json, vocabulary: Vocabulary): readonly string[] {
  if (typeof value === 'string') return [parseType(value, vocabulary)];
  if (!Array.isArray(value) || value.length === 0) {
    throw badRequest('type is neither a name nor an array of names: an Entity has one Entity Type or more');
  }
  const types: string[] = value.map((type: Json) => parseType(type, vocabulary));
  return withoutRepetition(types);
}

/**
 * One Entity Type, or datatype, as its IRI; `member` holds it, in errors.
 * @throws NgsiLdError BadRequestData.
 */
export function parseType(value: Json, vocabulary: Vocabulary, member = 'type'): string {
  if (!isText(value) || isNgsiLdNull(value)) {
    throw badRequest(
      `${member} ${shown(value)} is not a name: it has to be a string, and cannot be removed here`,
    );
  }
  const iri = vocabulary.expand(requireName(value, member));
  if (!iri.startsWith('@')) return iri;
  throw badRequest(`${member} ${shown(value)} is a keyword of JSON-LD: choose another name`);
}

/**
 * The Scopes in a `scope` member, each with its leading slash, without repetition (clause 4.18).
 * @throws NgsiLdError BadRequestData.
 */
export function parseScopes(value: Json): readonly string[] {
  if (!Array.isArray(value)) return [requireScope(value)];
  return withoutRepetition(value.map((scope: Json) => requireScope(scope)));
}

function withoutRepetition(names: readonly string[]): readonly string[] {
  return names.length < 2 ? names : [...new Set(names)];
}
