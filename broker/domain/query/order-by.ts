import { parseDate, parseDateTime, parseTime } from '../date-time.ts';
import type { Entity, Json } from '../entity.ts';
import { metresApart } from '../geometry/distance.ts';
import { withinBounds } from '../geometry/effort.ts';
import type { Geometry } from '../geometry/geometry.ts';
import { type Shape, toShape } from '../geometry/shape.ts';
import { isNumberText } from '../number-text.ts';
import type { AttributePath } from './attribute-query.ts';
import { parseCollation } from './collation.ts';
import { exactNumber } from './numbers.ts';
import { compileTargets, type Evaluation, type ValueFamily } from './target-values.ts';

/** What Entities are ordered by: a member of theirs, or the values that a path leads to. */
export type OrderSubject =
  | { readonly kind: 'id' | 'type' | 'scope' }
  | { readonly kind: 'path'; readonly path: AttributePath };

/** One element of orderBy (clause 4.23.3). */
export interface OrderTerm {
  readonly subject: OrderSubject;
  readonly direction: 'ascending' | 'descending';
  /** By the distance from the reference geometry; what has none follows, by its value. */
  readonly isByDistance: boolean;
}

/** The order that is asked for (clauses 4.23, 5.2.43), parsed; what is equal in all terms is in order of creation. */
export interface EntityOrder {
  readonly terms: readonly OrderTerm[];
  /** A tag that `parseCollation` takes. */
  readonly collation?: string;
  /** There when some term is by distance. */
  readonly reference?: Geometry;
}

/** What an Entity is compared by: one part for each term. */
export type OrderKey = readonly OrderValue[];

/** Makes keys once for each Entity, and compares them as `Array.sort` wants it. */
export interface CompiledOrder {
  /** @throws NgsiLdError TooComplexQuery for geometries that take too long to be compared */
  keyOf(entity: Entity, evaluation: Evaluation): OrderKey;
  compare(one: OrderKey, other: OrderKey): number;
}

/** The order of data types (clause 4.23.2). A distance stands before everything, null and absent after it. */
const ranks = [
  'distance',
  'number',
  'string',
  'object',
  'array',
  'boolean',
  'time',
  'date',
  'dateTime',
] as const;
type Rank = (typeof ranks)[number];
const rankOf: ReadonlyMap<string, number> = new Map(ranks.map((name, rank) => [name, rank]));
const DISTANCE_RANK = 0;
const NULL_RANK = ranks.length;
const ABSENT_RANK = NULL_RANK + 1;

interface OrderValue {
  readonly rank: number;
  /** Elements of the same rank compare by it: numbers, texts, arrays of OrderValues. */
  readonly value: number | bigint | string | readonly OrderValue[];
}

const absent: OrderValue = { rank: ABSENT_RANK, value: 0 };

/**
 * Compiles an order. Where a path leads to several values (instances, languages), the one that comes first counts: the
 * least when ascending, the greatest when descending.
 */
export function compileOrder({ terms, collation, reference }: EntityOrder): CompiledOrder {
  const compareValues = comparisonOf(parseCollation(collation));
  const from = reference && toShape(reference);
  const compiled = terms.map((term) => {
    const compare = directed(term.direction, compareValues);
    return { find: valueFinder(term, from, compare), compare };
  });
  return {
    keyOf: (entity, evaluation) => compiled.map(({ find }) => find(entity, evaluation)),
    compare: (one, other) => {
      for (const [at, { compare }] of compiled.entries()) {
        const difference = compare(one[at] ?? absent, other[at] ?? absent);
        if (difference !== 0) return difference;
      }
      return 0;
    },
  };
}

type Compare = (one: OrderValue, other: OrderValue) => number;
type ValueFinder = (entity: Entity, evaluation: Evaluation) => OrderValue;

/** Numbers, texts by the collation, arrays element by element; objects have no order among themselves. */
function comparisonOf(collator: Intl.Collator): Compare {
  const compare: Compare = (one, other) => {
    if (one.rank !== other.rank) return one.rank - other.rank;
    const [value, reference] = [one.value, other.value];
    if (typeof value === 'number' || typeof value === 'bigint') {
      return compareNumbers(value, reference as number | bigint);
    }
    if (typeof value === 'string') return collator.compare(value, reference as string);
    return compareLists(value, reference as readonly OrderValue[]);
  };
  const compareLists = (one: readonly OrderValue[], other: readonly OrderValue[]): number => {
    for (const [at, element] of one.entries()) {
      const opposite = other[at];
      const difference = opposite === undefined ? 1 : compare(element, opposite);
      if (difference !== 0) return difference;
    }
    return one.length - other.length;
  };
  return compare;
}

function compareNumbers(one: number | bigint, other: number | bigint): number {
  if (one < other) return -1;
  return one > other ? 1 : 0;
}

/** Turned round for `descending`, but for what keeps its end: distances first, null and absent last. */
function directed(direction: OrderTerm['direction'], compare: Compare): Compare {
  if (direction === 'ascending') return compare;
  return (one, other) => {
    const keepsEnd = one.rank !== other.rank && (hasEnd(one) || hasEnd(other));
    return keepsEnd ? compare(one, other) : compare(other, one);
  };
}

function hasEnd({ rank }: OrderValue): boolean {
  return rank === DISTANCE_RANK || rank >= NULL_RANK;
}

function valueFinder(
  { subject, isByDistance }: OrderTerm,
  from: Shape | undefined,
  compare: Compare,
): ValueFinder {
  if (subject.kind !== 'path') {
    const member = subject.kind;
    return (entity) => memberValue(entity, member);
  }
  const targets = compileTargets(subject.path);
  const reference = isByDistance ? from : undefined;
  const find: ValueFinder = (entity, evaluation) => {
    let first = absent;
    targets(entity, evaluation, (value, family) => {
      const found = orderValue(value, family, reference);
      if (first === absent || compare(found, first) < 0) first = found;
      return false;
    });
    return first;
  };
  return reference === undefined
    ? find
    : (entity, evaluation) => withinBounds(entity, () => find(entity, evaluation));
}

/** Types and scopes are compared as lists, so that one is before two that begin with it. */
function memberValue(entity: Entity, member: 'id' | 'type' | 'scope'): OrderValue {
  if (member === 'id') return ranked('string', entity.id);
  const names = member === 'type' ? entity.types : entity.scopes;
  return names.length === 0
    ? absent
    : ranked(
        'array',
        names.map((name) => ranked('string', name)),
      );
}

function orderValue(value: Json, family: ValueFamily, reference: Shape | undefined): OrderValue {
  if (family === 'instant') return ranked('dateTime', value as number);
  if (family === 'geometry' && reference !== undefined) {
    return ranked('distance', metresApart(toShape(value as unknown as Geometry), reference));
  }
  return jsonValue(value);
}

function jsonValue(value: Json): OrderValue {
  if (value === null) return { rank: NULL_RANK, value: 0 };
  if (typeof value === 'boolean') return ranked('boolean', value ? 1 : 0);
  if (typeof value === 'number' || isNumberText(value)) return ranked('number', exactNumber(value));
  if (typeof value === 'string') return textValue(value);
  return Array.isArray(value) ? ranked('array', value.map(jsonValue)) : ranked('object', 0);
}

function textValue(text: string): OrderValue {
  const dateTime = parseDateTime(text);
  if (dateTime !== undefined) return ranked('dateTime', dateTime);
  const date = parseDate(text);
  if (date !== undefined) return ranked('date', date);
  const time = parseTime(text);
  return time === undefined ? ranked('string', text) : ranked('time', time);
}

function ranked(rank: Rank, value: OrderValue['value']): OrderValue {
  return { rank: rankOf.get(rank) ?? ABSENT_RANK, value };
}
