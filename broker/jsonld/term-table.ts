import { coreIri, coreTermsOf, defaultVocabulary } from './core-context.ts';
import type { CoreVersion } from './core-versions.ts';

/** How a term writes maps: whose keys are languages, indices, identifiers or types instead of names. */
export type MapContainer = '@language' | '@index' | '@id' | '@type';

/** One term of a processed @context. */
export interface Term {
  readonly name: string;
  /** The IRI or keyword it denotes; null when the @context maps it to nothing. */
  readonly iri: string | null;
  /** Type coercion: `@id`, `@vocab`, `@json`, `@none`, or the IRI of a datatype. */
  readonly coercion?: string;
  readonly map?: MapContainer;
  readonly isPrefix: boolean;
  /** A reverse property: it has no forward meaning, so NGSI-LD cannot use it. */
  readonly isReverse: boolean;
}

/** A processed @context, the core in last position (clause 5.5.7). Immutable. */
export interface TermTable {
  readonly terms: ReadonlyMap<string, Term>;
  /** IRI or keyword → the terms that denote it, the shortest first and then in lexicographic order. */
  readonly byIri: ReadonlyMap<string, readonly Term[]>;
  /** The terms that may shorten an IRI in answers to `prefix:rest`, the core's own among them, as JSON-LD does. */
  readonly prefixes: readonly Term[];
  /** Where undefined names go: always the core's, whatever `@vocab` a user @context has (clause 4.4). */
  readonly vocabulary: string;
}

/** The table of a user @context (none: the core alone) with a version of the core over it. */
export function termTable(version: CoreVersion, userTerms: Iterable<Term> = []): TermTable {
  const terms = new Map<string, Term>();
  for (const term of userTerms) terms.set(term.name, term);
  for (const term of coreTable(version)) terms.set(term.name, term);
  const prefixes = [...terms.values()].filter((term) => term.isPrefix);
  return { terms, byIri: inverse(terms.values()), prefixes, vocabulary: defaultVocabulary };
}

const coreTables = new Map<CoreVersion, readonly Term[]>();

function coreTable(version: CoreVersion): readonly Term[] {
  let table = coreTables.get(version);
  if (table === undefined) {
    table = coreTermsOf(version).map(
      (row): Term => ({
        name: row.term,
        iri: fullIri(coreIri(row)),
        ...(row.type === undefined ? {} : { coercion: coercionOf(row.type) }),
        ...(row.container === '@language' || row.container === '@index' ? { map: row.container } : {}),
        isPrefix: row.term in corePrefixes,
        isReverse: false,
      }),
    );
    coreTables.set(version, table);
  }
  return table;
}

const corePrefixes: Readonly<Record<string, string>> = {
  'ngsi-ld': 'https://uri.etsi.org/ngsi-ld/',
  geojson: 'https://purl.org/geojson/vocab#',
};

function fullIri(iri: string): string {
  const colon = iri.indexOf(':');
  const prefix = corePrefixes[iri.slice(0, Math.max(colon, 0))];
  return prefix === undefined ? iri : prefix + iri.slice(colon + 1);
}

function coercionOf(type: string): string {
  return type.startsWith('@') ? type : fullIri(`ngsi-ld:${type}`);
}

function inverse(terms: Iterable<Term>): ReadonlyMap<string, readonly Term[]> {
  const byIri = new Map<string, Term[]>();
  for (const term of [...terms].sort(shortestFirst)) {
    if (term.iri === null || term.isReverse) continue;
    const same = byIri.get(term.iri);
    if (same === undefined) byIri.set(term.iri, [term]);
    else same.push(term);
  }
  return byIri;
}

function shortestFirst(a: Term, b: Term): number {
  if (a.name.length !== b.name.length) return a.name.length - b.name.length;
  return a.name < b.name ? -1 : 1;
}
