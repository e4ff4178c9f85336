import { requireName } from '../names.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type Alternatives, parseAlternatives } from './alternatives.ts';
import { atEnd, refusal, type Scanner, scannerOf, takeUntil } from './tokens.ts';

/**
 * Types an Entity must have (clause 4.17): all the IRIs of at least one member of `anyOf`. A member without IRIs is
 * `*`, which every Entity meets.
 */
export interface TypeSelection {
  readonly anyOf: Alternatives<string>;
}

/** What stands for `*` among the names: no IRI has its form. */
const everyType = '*';

/**
 * Parses the Entity Type Selection Language (clause 4.17): type names, URIs and `*` (table 6.4.3.2-1) as items of
 * alternatives.ts.
 * @throws NgsiLdError BadRequestData with the position and the remedy; TooComplexQuery.
 */
export function parseTypeSelection(text: string, vocabulary: Vocabulary): TypeSelection {
  const scanner = scannerOf(text, 'type');
  const alternatives = parseAlternatives(scanner, () => parseType(scanner, vocabulary));
  if (!atEnd(scanner)) throw refusal(scanner, "join types with ',' or '|' for or, with ';' for and");
  return { anyOf: alternatives.map((types) => types.filter((type) => type !== everyType)) };
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

function parseType(scanner: Scanner, vocabulary: Vocabulary): string {
  const name = takeUntil(scanner, '|,;()');
  if (name === '') throw refusal(scanner, 'a type name or URI is expected');
  return name === everyType ? everyType : vocabulary.expand(requireName(name, 'type'));
}
