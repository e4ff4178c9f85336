import { type Alternatives, parseAlternatives } from './alternatives.ts';
import { atEnd, refusal, type Scanner, scannerOf, takeUntil } from './tokens.ts';

/** One scope with wildcards: `+` stands for exactly one level; `below` takes in everything beneath, and itself. */
export interface ScopePattern {
  readonly levels: readonly string[];
  readonly below: boolean;
}

/** Scopes an Entity must have (clause 4.19): all the patterns of at least one member of `anyOf`. */
export interface ScopeQuery {
  readonly anyOf: Alternatives<ScopePattern>;
}

const level = /^\p{L}[\p{L}\p{N}_]*$/u;

/**
 * Parses the Scope Query Language (clause 4.19): patterns as items of alternatives.ts; the leading slash may be left out,
 * as in example 5 of the clause:
 *
 *     pattern = "/#" / [ "/" ] level *( "/" level ) [ "/#" ]       level = name / "+"
 *
 * @throws NgsiLdError BadRequestData with the position and the remedy; TooComplexQuery.
 */
export function parseScopeQuery(text: string): ScopeQuery {
  const scanner = scannerOf(text, 'scopeQ');
  const anyOf = parseAlternatives(scanner, parsePattern);
  if (!atEnd(scanner)) throw refusal(scanner, "join scopes with ',' or '|' for or, with ';' for and");
  return { anyOf };
}

/** True when an Entity with these scopes (each with a leading slash) is selected; each pattern may take another. */
export function matchesScopes(query: ScopeQuery, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return false;
  const split = scopes.map(levelsOf);
  return query.anyOf.some((patterns) =>
    patterns.every((pattern) => split.some((levels) => matchesLevels(pattern, levels))),
  );
}

function matchesLevels({ levels, below }: ScopePattern, scope: readonly string[]): boolean {
  if (below ? scope.length < levels.length : scope.length !== levels.length) return false;
  return levels.every((wanted, at) => wanted === '+' || wanted === scope[at]);
}

function levelsOf(scope: string): readonly string[] {
  return (scope.startsWith('/') ? scope.slice(1) : scope).split('/');
}

function parsePattern(scanner: Scanner): ScopePattern {
  const start = scanner.at;
  const levels = [...levelsOf(takeUntil(scanner, '|,;()'))];
  const below = levels.at(-1) === '#';
  if (below) levels.pop();
  const wrong = levels.find((name) => name !== '+' && !level.test(name));
  if (wrong !== undefined || (levels.length === 0 && !below)) {
    throw refusal(
      scanner,
      "a scope is levels such as /Madrid/Gardens; a level is a letter, then letters, digits or '_', or is '+'; only the last may be '#'",
      start,
    );
  }
  return { levels, below };
}
