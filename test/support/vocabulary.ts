import type { Json, JsonObject } from '../../broker/domain/entity.ts';
import { badRequest } from '../../broker/domain/errors.ts';
import type { Vocabulary } from '../../broker/domain/vocabulary.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';
const DEFAULT = `${CORE}default-context/`;
const CORE_TERMS: ReadonlySet<string> = new Set([
  ...['location', 'observationSpace', 'operationSpace', 'scope', 'observedAt', 'unitCode', 'datasetId'],
  ...['createdAt', 'modifiedAt', 'deletedAt', 'expiresAt', 'instanceId', 'valueType', 'objectType'],
  ...['Property', 'GeoProperty', 'LanguageProperty', 'VocabProperty', 'JsonProperty', 'ListProperty'],
  ...['Relationship', 'ListRelationship', 'DateTime', 'Date', 'Time', 'ngsildproof'],
]);
const ALIASES: Readonly<Record<string, string>> = { id: '@id', type: '@type' };

/**
 * The core @context in miniature: some core terms, `prefix:name` for `ngsi-ld:` alone, everything else in the default
 * vocabulary; `nothing` is a term that is mapped to null.
 */
export const vocabulary: Vocabulary = {
  expand(name) {
    if (name === 'nothing') throw badRequest('the @context maps nothing to nothing');
    if (Object.hasOwn(ALIASES, name)) return ALIASES[name] as string;
    if (name.startsWith('ngsi-ld:')) return CORE + name.slice('ngsi-ld:'.length);
    if (name.includes(':') || name.startsWith('@')) return name;
    return (CORE_TERMS.has(name) ? CORE : DEFAULT) + name;
  },
  compact(iri) {
    if (iri.startsWith(DEFAULT)) return iri.slice(DEFAULT.length);
    if (iri.startsWith(CORE) && CORE_TERMS.has(iri.slice(CORE.length))) return iri.slice(CORE.length);
    const alias = Object.entries(ALIASES).find(([, keyword]) => keyword === iri);
    return alias === undefined ? iri : alias[0];
  },
  expandValue: (value) => mapNames(value, (name) => vocabulary.expand(name)),
  compactValue: (value) => mapNames(value, (name) => vocabulary.compact(name)),
  expandVocab: (name) => vocabulary.expand(name),
  compactVocab: (iri) => vocabulary.compact(iri),
};

function mapNames(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => mapNames(item as Json, rename));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as JsonObject).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [rename(name), mapNames(member, rename)]));
}
