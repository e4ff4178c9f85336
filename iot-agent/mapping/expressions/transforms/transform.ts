import type { Json } from '../../../measurement.ts';
import { ExpressionFault, type Operand, type Value } from '../operand.ts';

/**
 * What a transform does with the value before the `|` and the arguments in its brackets. Its result is checked by the
 * evaluator; a transform checks only what could become too large on the way. `now` in milliseconds since 1970.
 */
export type Transform =
  | TransformOfValue
  /** For transforms that ask whether there is a value at all. */
  | {
      readonly takesMissing: true;
      readonly apply: (value: Operand, args: readonly Json[], now: number) => Operand;
    };

interface TransformOfValue {
  readonly takesMissing?: false;
  readonly apply: (value: Value, args: readonly Json[], now: number) => Operand;
  /** Steps that it takes besides going through its operands. @throws ExpressionFault as `apply` */
  readonly work?: (value: Value, args: readonly Json[]) => number;
}

/** Transforms by name. */
export type Transforms = { readonly [name: string]: Transform };

/** A transform of one value and arguments that need no clock. */
export function of(apply: (value: Value, ...args: readonly Json[]) => Operand): TransformOfValue {
  return { apply: (value, args) => apply(value, ...args) };
}

/** A transform of a text; other values are written as one. */
export function ofText(apply: (text: string, ...args: readonly Json[]) => Operand): TransformOfValue {
  return { apply: (value, args) => apply(String(value), ...args) };
}

/** A transform of a list. @throws ExpressionFault for other values. */
export function ofList(
  apply: (list: readonly Json[], ...args: readonly Json[]) => Operand,
): TransformOfValue {
  return { apply: (value, args) => apply(listOf(value), ...args) };
}

/** A transform that has more work than to go through its operands. */
export function taking(
  work: (value: Value, args: readonly Json[]) => number,
  transform: TransformOfValue,
): TransformOfValue {
  return { ...transform, work };
}

/** A value that must be a list. @throws ExpressionFault */
export function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new ExpressionFault(`a list is needed, not ${described(value)}`);
}

/** A value in a message, cut to a length that people can read. */
export function described(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
}

/** An argument that is a number, if it is given. */
export function numberOf(value: Json | undefined): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}
