import { requireName } from '../names.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { accept, atEnd, expect, refusal, type Scanner, scannerOf, takeUntil } from './tokens.ts';

/**
 * Types an Entity must have (clause 4.17): all the IRIs of at least one member of `anyOf`. A member without IRIs is
 * `*`, which every Entity meets.
 */
export interface TypeSelection {
  readonly anyOf: readonly (readonly string[])[];
}

/**
 * Parses the Entity Type Selection Language (clause 4.17), and `*` (table 6.4.3.2-1):
 *
 *     selection   = alternative *( ( "|" / "," ) alternative )
 *     alternative = type / "*" / "(" type *( ";" type ) ")"
 *
 * @throws NgsiLdError BadRequestData with the position and the remedy.
 */
export function parseTypeSelection(text: string, vocabulary: Vocabulary): TypeSelection {
  const scanner = scannerOf(text, 'type');
  const anyOf: (readonly string[])[] = [];
  do {
    anyOf.push(parseAlternative(scanner, vocabulary));
  } while (accept(scanner, '|') || accept(scanner, ','));
  if (!atEnd(scanner))
    throw refusal(scanner, "join types with ',' or '|', and with ';' only inside parentheses");
  return { anyOf };
}

/** True for `*`: every Entity is meant, whatever its types; implies local scope (table 6.4.3.2-1). */
export function selectsEveryType(selection: TypeSelection): boolean {
  return selection.anyOf.some((types) => types.length === 0);
}

/** True when an Entity with these types is selected. */
export function matchesTypes(selection: TypeSelection, types: readonly string[]): boolean {
  for (const wanted of selection.anyOf) {
    if (hasAll(types, wanted)) return true;
  }
  return false;
}

function hasAll(types: readonly string[], wanted: readonly string[]): boolean {
  for (const type of wanted) {
    if (!types.includes(type)) return false;
  }
  return true;
}

function parseAlternative(scanner: Scanner, vocabulary: Vocabulary): readonly string[] {
  if (accept(scanner, '*')) return [];
  if (!accept(scanner, '(')) return [parseType(scanner, vocabulary)];
  const types: string[] = [];
  do {
    types.push(parseType(scanner, vocabulary));
  } while (accept(scanner, ';'));
  expect(scanner, ')');
  return types;
}

function parseType(scanner: Scanner, vocabulary: Vocabulary): string {
  const name = takeUntil(scanner, '|,;()*');
  if (name === '') throw refusal(scanner, 'a type name or URI is expected');
  return vocabulary.expand(requireName(name, 'type'));
}
