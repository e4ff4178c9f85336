import type { JsonObject } from '../domain/entity.ts';
import { type CoreTerm, coreTerms } from './core-terms.ts';
import { type CoreVersion, isSince } from './core-versions.ts';

/** Where names go that no @context defines (clause 4.4). */
export const defaultVocabulary = 'https://uri.etsi.org/ngsi-ld/default-context/';

/** The @context of the W3C data-integrity vocabulary, which the v1.9 core refers to for `ngsildproof`. */
const dataIntegrityUrl = 'https://w3id.org/security/data-integrity/v2';

/** The rows of the table that hold in a version. */
export function coreTermsOf(version: CoreVersion): readonly CoreTerm[] {
  return coreTerms.filter(
    ({ since, until }) => isSince(version, since) && (until === undefined || isSince(until, version)),
  );
}

/** The JSON-LD document of a version: the same terms, IRIs, coercions, containers and protection as the published one. */
export function coreDocument(version: CoreVersion): { readonly '@context': JsonObject } {
  const definitions = coreTermsOf(version).map((row) => [row.term, definition(row)] as const);
  const isProtected = isSince(version, '1.8');
  return {
    '@context': {
      ...(isProtected ? { '@version': 1.1, '@protected': true } : {}),
      ...Object.fromEntries(definitions),
      '@vocab': defaultVocabulary,
    },
  };
}

/** The IRI of a row, by prefix or in full. */
export function coreIri(row: CoreTerm): string {
  return row.iri ?? `ngsi-ld:${row.term}`;
}

function definition(row: CoreTerm): string | JsonObject {
  const iri = coreIri(row);
  if (row.term === 'ngsildproof') return { '@id': iri, '@context': [...proofContext] };
  if (row.type === undefined && row.container === undefined) return iri;
  return {
    '@id': iri,
    ...(row.type === undefined ? {} : { '@type': row.type }),
    ...(row.container === undefined ? {} : { '@container': row.container }),
  };
}

/** The only scoped @context of the core: how the inside of a data-integrity proof reads. */
const proofContext = [
  {
    entityIdSealed: 'ngsi-ld:entityIdSealed',
    entityTypeSealed: { '@id': 'ngsi-ld:entityTypeSealed', '@type': '@vocab' },
  },
  dataIntegrityUrl,
];
