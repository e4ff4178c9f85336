import { badRequest } from '../errors.ts';
import { requireName, shown } from '../names.ts';
import { parseAttributeName } from '../parsing/parse-names.ts';
import { accept, atEnd, expect, refusal, type Scanner, scannerOf, takeUntil } from '../query/tokens.ts';
import type { Vocabulary } from '../vocabulary.ts';

/**
 * What a list of the Attribute Projection Language names: IRIs of Attributes and members that are none, each with what
 * the braces behind it name of the Entities that it links to.
 */
export type ProjectionTerms = ReadonlyMap<string, ProjectionTerms | undefined>;

/** Names as a parameter has them, in one text, or as the elements of an array in a Query (clause 5.2.23). */
export type NameList = string | readonly string[];

/** The names of a list: in a text they stand between the separators, in an array they may hold these. */
export function namesOf(list: NameList, separators: string | RegExp): readonly string[] {
  return typeof list === 'string' ? list.split(separators) : list;
}

/** How the names of a list are read. */
export interface TermsOptions {
  readonly vocabulary: Vocabulary;
  /** How deep braces may go: the `joinLevel`, 0 without `join`. */
  readonly joinLevel: number;
}

/** What a projection may name beside Attributes. */
export const ENTITY_MEMBERS: ReadonlySet<string> = new Set([
  ...['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt'],
]);

/**
 * Parses the Attribute Projection Language (clause 4.21):
 *
 *     terms = term *( ( "," / "|" ) term )
 *     term  = name [ "{" terms "}" ]
 *
 * Each element of an array is a term. `parameter` names the list in errors.
 * @throws NgsiLdError BadRequestData, also for braces deeper than `joinLevel`.
 */
export function parseProjectionTerms(
  list: NameList,
  parameter: string,
  options: TermsOptions,
): ProjectionTerms {
  return typeof list === 'string'
    ? parseText(list, parameter, options)
    : parseElements(list, parameter, options);
}

function parseText(text: string, parameter: string, options: TermsOptions): ProjectionTerms {
  const scanner = scannerOf(text, parameter);
  const terms = parseTerms(scanner, options);
  if (!atEnd(scanner))
    throw refusal(scanner, "separate names by ',' or '|', and close only braces that are open");
  return terms;
}

function parseElements(
  elements: readonly string[],
  parameter: string,
  options: TermsOptions,
): ProjectionTerms {
  const terms: Terms = new Map();
  for (const element of elements) {
    const scanner = scannerOf(element, parameter);
    addTerm(terms, scanner, options);
    if (!atEnd(scanner)) throw refusal(scanner, 'give each name an element of its own');
  }
  return terms;
}

/**
 * The name of a member: the IRI of an Attribute, or what is no Attribute as it is. `what` names it in errors.
 * @throws NgsiLdError BadRequestData.
 */
export function parseMember(name: string, what: string, vocabulary: Vocabulary): string {
  if (ENTITY_MEMBERS.has(name)) return name;
  return parseAttributeName(requireName(name, what), vocabulary);
}

type Terms = Map<string, ProjectionTerms | undefined>;

function parseTerms(scanner: Scanner, options: TermsOptions): ProjectionTerms {
  const terms: Terms = new Map();
  do addTerm(terms, scanner, options);
  while (accept(scanner, ',') || accept(scanner, '|'));
  return terms;
}

function addTerm(terms: Terms, scanner: Scanner, options: TermsOptions): void {
  const name = takeUntil(scanner, '{}|,');
  const member = parseMember(name, `${scanner.name} element`, options.vocabulary);
  const linked = accept(scanner, '{') ? parseLinked(scanner, member, options) : undefined;
  if (terms.has(member) && (linked !== undefined || terms.get(member) !== undefined)) {
    throw badRequest(`${scanner.name} names ${shown(name)} twice: put all in one pair of braces`);
  }
  terms.set(member, linked);
}

function parseLinked(scanner: Scanner, member: string, options: TermsOptions): ProjectionTerms {
  if (ENTITY_MEMBERS.has(member))
    throw refusal(scanner, `${member} is no Relationship: it links to no Entity`);
  if (options.joinLevel < 1) {
    throw refusal(
      scanner,
      'a list of members of linked Entities needs join, and a joinLevel of at least its depth',
    );
  }
  const terms = parseTerms(scanner, { ...options, joinLevel: options.joinLevel - 1 });
  expect(scanner, '}');
  return terms;
}
