import type { AttributeKind } from '../../domain/entity.ts';

/** The kinds in the order of the numbers that stand for them in the file: never changed, only added to. */
const KINDS: readonly AttributeKind[] = [
  'Property',
  'GeoProperty',
  'LanguageProperty',
  'VocabProperty',
  'JsonProperty',
  'ListProperty',
  'Relationship',
  'ListRelationship',
];

const numbers: ReadonlyMap<AttributeKind, number> = new Map(KINDS.map((kind, no) => [kind, no]));

/** One more than the highest number of a kind. */
export const KIND_COUNT = KINDS.length;

export function numberOfKind(kind: AttributeKind): number {
  return numbers.get(kind) as number;
}

export function kindOf(no: number): AttributeKind {
  return KINDS[no] as AttributeKind;
}
