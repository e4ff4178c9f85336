import { parseDate, parseDateTime, parseTime } from '../date-time.ts';
import type { Json } from '../entity.ts';
import { isText } from '../number-text.ts';
import type { Literal } from './attribute-query.ts';
import { compareToNumber } from './numbers.ts';
import type { Test, ValueFamily } from './target-values.ts';

/** How target values compare with one value of a q. A value of another data type is never equal and has no order. */
export interface Comparison {
  readonly equals: Test;
  /** Negative, 0 or positive as the target value is less, equal or greater; NaN when they have no order. */
  readonly compare: (value: Json, family: ValueFamily) => number;
}

/** Root collation (clause 4.9: the Unicode Collation Algorithm should be followed), whatever the machine's locale. */
const collator = new Intl.Collator('en');

/** Makes the comparison once, so that each of many target values is compared without looking at the literal's kind. */
export function compileLiteral(literal: Literal): Comparison {
  switch (literal.kind) {
    case 'number':
      return numberComparison(compareToNumber(literal.value, literal.text));
    case 'boolean':
      return { equals: (value) => value === literal.value, compare: () => Number.NaN };
    case 'string':
      return stringComparison(literal.text, literal.iri);
    case 'time':
      return timeComparison(literal.micros);
    case 'date':
    case 'dateTime':
      return instantComparison(literal.micros);
  }
}

function numberComparison(compareNumber: (value: Json) => number): Comparison {
  const compare: Comparison['compare'] = (value, family) =>
    family === 'value' ? compareNumber(value) : Number.NaN;
  return { compare, equals: (value, family) => compare(value, family) === 0 };
}

function stringComparison(text: string, iri: string | undefined): Comparison {
  const instant = instantOf(text);
  return {
    equals(value, family) {
      if (family === 'instant') return value === instant;
      return value === text || (iri !== undefined && value === iri);
    },
    compare(value, family) {
      if (family === 'instant') return (value as number) - (instant ?? Number.NaN);
      return isText(value) ? collator.compare(value, text) : Number.NaN;
    },
  };
}

/** A Date stands for its first moment, so that `observedAt>=2026-01-31` means what it says. */
function instantComparison(micros: number): Comparison {
  const compare: Comparison['compare'] = (value, family) => {
    if (family === 'instant') return (value as number) - micros;
    return typeof value === 'string' ? (instantOf(value) ?? Number.NaN) - micros : Number.NaN;
  };
  return { compare, equals: (value, family) => compare(value, family) === 0 };
}

function timeComparison(micros: number): Comparison {
  const compare: Comparison['compare'] = (value, family) =>
    typeof value === 'string' && family === 'value' ? (parseTime(value) ?? Number.NaN) - micros : Number.NaN;
  return { compare, equals: (value, family) => compare(value, family) === 0 };
}

function instantOf(text: string): number | undefined {
  return parseDateTime(text) ?? parseDate(text);
}
