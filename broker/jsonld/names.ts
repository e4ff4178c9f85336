import type { Term, TermTable } from './term-table.ts';

const keywords = new Set(
  (
    '@base @container @context @default @direction @graph @id @import @included @index @json @language @list @nest ' +
    '@none @prefix @propagate @protected @reverse @set @type @value @version @vocab'
  ).split(' '),
);
const reserved = /^@[a-zA-Z]+$/;
const absoluteIri = /^(?:[A-Za-z][A-Za-z0-9+.-]*|_):\S*$/;

/** A name as the IRI or keyword it denotes; null when it denotes nothing: mapped to null, or reserved like `@foo`. */
export function expandName(table: TermTable, name: string): string | null {
  if (name.startsWith('@') && reserved.test(name)) return keywords.has(name) ? name : null;
  const term = table.terms.get(name);
  if (term !== undefined) return term.iri;
  return expandPrefixed(table, name) ?? table.vocabulary + name;
}

/** An identifier (the value of `@id`): a prefixed one in full, every other as it is. There is no base IRI. */
export function expandIdentifier(table: TermTable, identifier: string): string {
  return expandPrefixed(table, identifier) ?? identifier;
}

function expandPrefixed(table: TermTable, name: string): string | undefined {
  const colon = name.indexOf(':');
  if (colon <= 0) return undefined;
  const prefix = name.slice(0, colon);
  if (prefix === '_' || name.startsWith('//', colon + 1)) return name;
  const term = table.terms.get(prefix);
  if (term?.isPrefix === true) return `${term.iri}${name.slice(colon + 1)}`;
  return absoluteIri.test(name) ? name : undefined;
}

/** The shortest name of an IRI or keyword: a term, a name in the default vocabulary, a prefixed name, or the IRI. */
export function compactName(table: TermTable, iri: string): string {
  // The core's `id` and `type` are the only aliases that answers may use (clause 4.4).
  if (iri === '@id') return 'id';
  if (iri === '@type') return 'type';
  const term = table.byIri.get(iri)?.[0];
  return term === undefined ? compactWithoutTerm(table, iri) : term.name;
}

/** The name of an IRI when none of its terms can be used. Whatever it is, it expands to that IRI again. */
export function compactWithoutTerm(table: TermTable, iri: string): string {
  if (iri.startsWith(table.vocabulary)) {
    const name = iri.slice(table.vocabulary.length);
    if (name !== '' && !table.terms.has(name) && expandName(table, name) === iri) return name;
  }
  let shortest = iri;
  for (const prefix of table.prefixes) {
    const name = prefixed(table, prefix, iri);
    if (name !== undefined && (shortest === iri || isBefore(name, shortest))) shortest = name;
  }
  return shortest;
}

function prefixed(table: TermTable, { name: prefix, iri: start }: Term, iri: string): string | undefined {
  if (start === null || !iri.startsWith(start) || iri.length === start.length) return undefined;
  const name = `${prefix}:${iri.slice(start.length)}`;
  return !table.terms.has(name) && expandName(table, name) === iri ? name : undefined;
}

function isBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}
