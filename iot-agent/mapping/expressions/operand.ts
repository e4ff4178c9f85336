import type { Json } from '../../measurement.ts';

/** What was computed from something that is not there: it cannot be known. */
export const UNKNOWN = Symbol('unknown');

/** What an expression works on; `undefined` is a variable or member that is not there, for which an expression may ask. */
export type Operand = Json | undefined | typeof UNKNOWN;

/** An operand that has a value. */
export type Value = Exclude<Json, null>;

/** Why an expression that is well formed has no result for these values. */
export class ExpressionFault extends Error {
  override readonly name = 'ExpressionFault';
}

/** True for what has no value to compute with; null is none, because NGSI-LD has none. */
export function isMissing(operand: Operand): operand is null | undefined | typeof UNKNOWN {
  return operand === undefined || operand === null || operand === UNKNOWN;
}

/** Characters of JSON that a computed value may have. */
export const MAX_SIZE = 65_536;
/** Levels of nesting that a computed value may have. */
const MAX_DEPTH = 32;

/**
 * A computed value, when it is one and within bounds: a number that is none becomes unknown.
 * @throws ExpressionFault for what is infinite, over 64 KB or nested too deeply.
 */
export function bounded(operand: Operand): Operand {
  if (typeof operand === 'number') return finite(operand);
  if (typeof operand === 'string') checkSize(operand.length);
  if (typeof operand === 'object' && operand !== null) checkSize(sizeOf(operand, MAX_DEPTH));
  return operand;
}

function finite(number: number): Operand {
  if (Number.isNaN(number)) return UNKNOWN;
  if (!Number.isFinite(number)) throw new ExpressionFault('its result is infinite');
  // JSON has no minus zero.
  return number + 0;
}

/** Refuses a size that is too large, before something so large is made. @throws ExpressionFault */
export function checkSize(size: number): void {
  if (size > MAX_SIZE) throw new ExpressionFault(`its result has more than ${MAX_SIZE} characters`);
}

/** About the length of a value as JSON; counts no further than the bound. */
function sizeOf(value: Json, depth: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  if (depth === 0) throw new ExpressionFault(`its result is nested deeper than ${MAX_DEPTH} levels`);
  let size = 2;
  for (const [member, nested] of Object.entries(value) as [string, Json][]) {
    size += 1 + (Array.isArray(value) ? 0 : member.length + 3) + sizeOf(nested, depth - 1);
    if (size > MAX_SIZE) break;
  }
  return size;
}
