import { NgsiLdError } from '../errors.ts';
import { accept, expect, type Scanner } from './tokens.ts';

/** What may be met instead of one another; each is a list of what has to be met together. */
export type Alternatives<T> = readonly (readonly T[])[];

/** A product of parentheses has many members soon: 64 is far more than anyone writes. */
const mostCombinations = 64;

/**
 * Parses what type selection (clause 4.17) and the Scope Query Language (clause 4.19) have in common, around items of
 * their own:
 *
 *     alternatives = conjunction *( ( "|" / "," ) conjunction )
 *     conjunction  = operand *( ";" operand )
 *     operand      = item / "(" alternatives ")"         without parentheses inside
 *
 * The grammars of the clauses derive less: `;` inside parentheses alone, and nothing else there. Since `;` goes before
 * `|` (clause 4.9), the rest has one meaning all the same.
 * @throws NgsiLdError BadRequestData with the position; TooComplexQuery for too many combinations of parentheses.
 */
export function parseAlternatives<T>(scanner: Scanner, parseItem: (scanner: Scanner) => T): Alternatives<T> {
  const item = (): Alternatives<T> => [[parseItem(scanner)]];
  return parseDisjunction(scanner, () => {
    if (!accept(scanner, '(')) return item();
    const inside = parseDisjunction(scanner, item);
    expect(scanner, ')');
    return inside;
  });
}

function parseDisjunction<T>(scanner: Scanner, parseOperand: () => Alternatives<T>): Alternatives<T> {
  const alternatives: (readonly T[])[] = [];
  do {
    for (const together of parseConjunction(scanner, parseOperand)) alternatives.push(together);
  } while (accept(scanner, '|') || accept(scanner, ','));
  return alternatives;
}

function parseConjunction<T>(scanner: Scanner, parseOperand: () => Alternatives<T>): Alternatives<T> {
  let combined = parseOperand();
  while (accept(scanner, ';')) combined = combine(combined, parseOperand(), scanner.name);
  return combined;
}

function combine<T>(one: Alternatives<T>, other: Alternatives<T>, name: string): Alternatives<T> {
  if (one.length * other.length > mostCombinations)
    throw new NgsiLdError(
      'TooComplexQuery',
      `${name} joins parentheses that have more than ${mostCombinations} combinations: write fewer alternatives in them`,
    );
  return one.flatMap((these) => other.map((those) => [...these, ...those]));
}
