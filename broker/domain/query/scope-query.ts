import { accept, atEnd, expect, refusal, type Scanner, scannerOf, takeUntil } from './tokens.ts';

/** One scope with wildcards: `+` stands for exactly one level; `below` takes in everything beneath, and itself. */
export interface ScopePattern {
  readonly levels: readonly string[];
  readonly below: boolean;
}

/** Scopes an Entity must have (clause 4.19): all the patterns of at least one member of `anyOf`. */
export interface ScopeQuery {
  readonly anyOf: readonly (readonly ScopePattern[])[];
}

const level = /^\p{L}[\p{L}\p{N}_]*$/u;

/**
 * Parses the Scope Query Language (clause 4.19); the leading slash may be left out, as in its example 5:
 *
 *     query       = alternative *( ( "|" / "," ) alternative )
 *     alternative = pattern / "(" pattern *( ";" pattern ) ")"
 *     pattern     = "/#" / [ "/" ] level *( "/" level ) [ "/#" ]       level = name / "+"
 *
 * @throws NgsiLdError BadRequestData with the position and the remedy.
 */
export function parseScopeQuery(text: string): ScopeQuery {
  const scanner = scannerOf(text, 'scopeQ');
  const anyOf: (readonly ScopePattern[])[] = [];
  do {
    anyOf.push(parseAlternative(scanner));
  } while (accept(scanner, '|') || accept(scanner, ','));
  if (!atEnd(scanner))
    throw refusal(scanner, "join scopes with ',' or '|', and with ';' only inside parentheses");
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

function parseAlternative(scanner: Scanner): readonly ScopePattern[] {
  if (!accept(scanner, '(')) return [parsePattern(scanner)];
  const patterns: ScopePattern[] = [];
  do {
    patterns.push(parsePattern(scanner));
  } while (accept(scanner, ';'));
  expect(scanner, ')');
  return patterns;
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
