import type { Json } from '../../measurement.ts';
import { bounded, isMissing, type Operand, UNKNOWN, type Value } from './operand.ts';
import type { BinaryOperator } from './syntax.ts';

/** Operators that need both operands; `&&` and `||` do not. */
export type StrictOperator = Exclude<BinaryOperator, '&&' | '||'>;
type Operator = (left: Operand, right: Operand) => Operand;

/** An operator on two values; with only one of them, the outcome is unknown. */
const onValues =
  (apply: (left: Value, right: Value) => Operand): Operator =>
  (left, right) =>
    isMissing(left) || isMissing(right) ? UNKNOWN : bounded(apply(left, right));

const arithmetic = (apply: (left: number, right: number) => number): Operator =>
  onValues((left, right) => apply(Number(left), Number(right)));

/** As JavaScript compares: texts by their characters, everything else as numbers. */
const comparison = (holds: (order: number) => boolean): Operator =>
  onValues((left, right) => {
    if (typeof left === 'string' && typeof right === 'string')
      return holds(left < right ? -1 : Number(left > right));
    const difference = Number(left) - Number(right);
    return Number.isNaN(difference) ? false : holds(difference);
  });

/** The sum of numbers; what is a text, or is shown as one, is put together. @throws ExpressionFault when it grows too large. */
export const add: Operator = onValues((left, right) =>
  isNumeric(left) && isNumeric(right) ? Number(left) + Number(right) : `${left}${right}`,
);

const isNumeric = (value: Value): boolean => typeof value === 'number' || typeof value === 'boolean';

/** JavaScript's `==`, by which JEXL compares: `"1"` equals 1. */
export function looselyEqual(left: Json, right: Json): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: this is what configurations were written for.
  return left == right;
}

/** A comparison with null asks whether the other is there. */
function equals(left: Operand, right: Operand): boolean | typeof UNKNOWN {
  if (left === UNKNOWN || right === UNKNOWN) return UNKNOWN;
  if (left === null || right === null) return (left ?? null) === (right ?? null);
  if (left === undefined || right === undefined) return UNKNOWN;
  return looselyEqual(left, right);
}

function contains(element: Value, list: Value): boolean {
  if (typeof list === 'string') return list.includes(String(element));
  return Array.isArray(list) && list.includes(element);
}

/** How each operator computes. */
export const OPERATORS: { readonly [operator in StrictOperator]: Operator } = {
  '+': add,
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '//': arithmetic((left, right) => Math.floor(left / right)),
  '%': arithmetic((left, right) => left % right),
  '^': arithmetic((left, right) => left ** right),
  '==': equals,
  '!=': (left, right) => {
    const equal = equals(left, right);
    return equal === UNKNOWN ? UNKNOWN : !equal;
  },
  '>': comparison((order) => order > 0),
  '>=': comparison((order) => order >= 0),
  '<': comparison((order) => order < 0),
  '<=': comparison((order) => order <= 0),
  in: onValues(contains),
};
