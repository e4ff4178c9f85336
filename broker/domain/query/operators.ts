import { isText } from '../number-text.ts';
import type { Literal, Operand, OperatorSymbol } from './attribute-query.ts';
import { type Comparison, compileLiteral } from './comparison.ts';
import { compilePattern } from './pattern.ts';
import type { Test } from './target-values.ts';
import { equalitySpans, orderSpans, patternSpans, type ValueSpan } from './value-spans.ts';

/** One comparison operator of q (clause 4.9). The parser takes the symbols from the table, longest first. */
export interface Operator {
  readonly symbol: OperatorSymbol;
  /** What may stand behind it. */
  readonly operands: readonly Operand['kind'][];
  /** Whether it takes `true` and `false`, which have no order. */
  readonly booleans: boolean;
  /** Whether it must hold for some target value (any instance, any language), or for every one, at least one. */
  readonly holdsFor: 'some' | 'every';
  /** The test of one target value. */
  compile(operand: Operand): Test;
  /** Where a store finds every target value that passes the test; undefined, or absent, where it has to look at all. */
  spans?(operand: Operand): readonly ValueSpan[] | undefined;
}

const equality = { operands: ['value', 'list', 'range'], booleans: true } as const;
const order = { operands: ['value'], booleans: false, holdsFor: 'some' } as const;
const above = { ...order, spans: (operand: Operand) => orderSpans(operand, 'above') };
const below = { ...order, spans: (operand: Operand) => orderSpans(operand, 'below') };
const pattern = { operands: ['pattern'], booleans: false } as const;

/** The table; to add an operator is to add an entry. Longer symbols stand before their own beginnings. */
export const operators: readonly Operator[] = [
  { symbol: '!~=', ...pattern, holdsFor: 'every', compile: (operand) => patternTest(operand, false) },
  { symbol: '==', ...equality, holdsFor: 'some', compile: equalityTest, spans: equalitySpans },
  { symbol: '!=', ...equality, holdsFor: 'every', compile: (operand) => negate(equalityTest(operand)) },
  { symbol: '>=', ...above, compile: (operand) => orderTest(operand, (difference) => difference >= 0) },
  { symbol: '<=', ...below, compile: (operand) => orderTest(operand, (difference) => difference <= 0) },
  {
    symbol: '~=',
    ...pattern,
    holdsFor: 'some',
    compile: (operand) => patternTest(operand, true),
    spans: patternSpans,
  },
  { symbol: '>', ...above, compile: (operand) => orderTest(operand, (difference) => difference > 0) },
  { symbol: '<', ...below, compile: (operand) => orderTest(operand, (difference) => difference < 0) },
];

const bySymbol = new Map(operators.map((operator) => [operator.symbol, operator]));

/** The entry of a symbol. */
export function operatorOf(symbol: OperatorSymbol): Operator {
  const operator = bySymbol.get(symbol);
  if (operator === undefined) throw new Error(`No operator ${symbol}`);
  return operator;
}

/** Equal to, or an array that contains: a value, one of a list, one within a range with its ends. */
function equalityTest(operand: Operand): Test {
  const equals = equalToOperand(operand);
  return (value, family) =>
    Array.isArray(value) ? value.some((element) => equals(element, family)) : equals(value, family);
}

function equalToOperand(operand: Operand): Test {
  switch (operand.kind) {
    case 'list': {
      const tests = operand.values.map((value) => compileLiteral(value).equals);
      return (value, family) => tests.some((equals) => equals(value, family));
    }
    case 'range':
      return withinRange(compileLiteral(operand.from), compileLiteral(operand.to));
    case 'value':
      return compileLiteral(operand.value).equals;
    case 'pattern':
      return () => false;
  }
}

function withinRange(from: Comparison, to: Comparison): Test {
  return (value, family) =>
    family !== 'reference' && from.compare(value, family) >= 0 && to.compare(value, family) <= 0;
}

function negate(test: Test): Test {
  return (value, family) => !test(value, family);
}

function orderTest(operand: Operand, holds: (difference: number) => boolean): Test {
  const { compare } = compileLiteral(singleOf(operand));
  return (value, family) => family !== 'reference' && holds(compare(value, family));
}

function patternTest(operand: Operand, found: boolean): Test {
  const test = compilePattern({ pattern: operand.kind === 'pattern' ? operand.pattern : '' });
  return (value, family) => isText(value) && family === 'value' && test(value) === found;
}

function singleOf(operand: Operand): Literal {
  if (operand.kind !== 'value')
    throw new Error(`An order is defined for one value, not for a ${operand.kind}`);
  return operand.value;
}
