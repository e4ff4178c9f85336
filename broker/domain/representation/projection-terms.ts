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
 *     terms = name [ "{" terms "}" ] *( ( "," / "|" ) name [ "{" terms "}" ] )
 *
 * `parameter` names the text in errors.
 * @throws NgsiLdError BadRequestData, also for braces deeper than `joinLevel`.
 */
export function parseProjectionTerms(
  text: string,
  parameter: string,
  options: TermsOptions,
): ProjectionTerms {
  const scanner = scannerOf(text, parameter);
  const terms = parseTerms(scanner, options);
  if (!atEnd(scanner))
    throw refusal(scanner, "separate names by ',' or '|', and close only braces that are open");
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

function parseTerms(scanner: Scanner, options: TermsOptions): ProjectionTerms {
  const terms = new Map<string, ProjectionTerms | undefined>();
  do {
    const name = takeUntil(scanner, '{}|,');
    const member = parseMember(name, `${scanner.name} element`, options.vocabulary);
    const linked = accept(scanner, '{') ? parseLinked(scanner, member, options) : undefined;
    if (terms.has(member) && (linked !== undefined || terms.get(member) !== undefined)) {
      throw badRequest(`${scanner.name} names ${shown(name)} twice: put all in one pair of braces`);
    }
    terms.set(member, linked);
  } while (accept(scanner, ',') || accept(scanner, '|'));
  return terms;
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
