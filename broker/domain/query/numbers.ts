import type { Json } from '../entity.ts';
import { NUMBER_TEXT_MARK, needsNumberText, numericValue } from '../number-text.ts';

const integer = /^-?\d+$/;

/**
 * Compares JSON numbers with one number, exactly also where an integer has more digits than a double: the sign of
 * the difference, NaN for a value that is no number.
 */
export function compareToNumber(number: number, text: string): (value: Json) => number {
  const exact = needsNumberText(text) && integer.test(text) ? BigInt(text) : undefined;
  return (value) => {
    if (typeof value === 'number' && exact === undefined) return value - number;
    const double = numericValue(value);
    if (double === undefined) return Number.NaN;
    return double === number ? compareIntegers(value, exact ?? number) : double - number;
  };
}

/** A JSON number as what `<` compares exactly: an integer beyond 2^53 that is kept as its text stays whole. */
export function exactNumber(value: Json): number | bigint {
  const double = numericValue(value) ?? 0;
  if (typeof value !== 'string' || !Number.isFinite(double)) return double;
  const text = value.slice(NUMBER_TEXT_MARK.length);
  return integer.test(text) ? BigInt(text) : double;
}

/** Of numbers whose doubles are equal: they can only differ where one of them is an integer kept as its text. */
function compareIntegers(value: Json, number: bigint | number): number {
  const text = typeof value === 'string' ? value.slice(NUMBER_TEXT_MARK.length) : String(value);
  if (!integer.test(text) || !isWhole(number)) return 0;
  const difference = BigInt(text) - BigInt(number);
  if (difference === 0n) return 0;
  return difference > 0n ? 1 : -1;
}

function isWhole(number: bigint | number): boolean {
  return typeof number === 'bigint' || Number.isInteger(number);
}
