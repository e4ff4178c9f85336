import type { Json } from './entity.ts';

/**
 * A JSON number that a double cannot hold (an integer beyond 2^53, more than 17 significant digits, a size beyond the
 * range) is kept as a string of this mark and the number as it was written. The mark starts with a control character,
 * so that no valid URI, name, DateTime, unit or Scope can be mistaken for one; `parseJson` refuses it in strings of clients.
 */
export const NUMBER_TEXT_MARK = '\u0001#';

/** True for a number that is kept as its text. */
export function isNumberText(value: Json): value is string {
  return typeof value === 'string' && value.charCodeAt(0) === 1 && value.startsWith(NUMBER_TEXT_MARK);
}

/** True for what was a string in the request. */
export function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value.charCodeAt(0) !== 1;
}

/** The double nearest to a JSON number, however it is kept; undefined for everything that is no number. */
export function numericValue(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return isNumberText(value) ? Number(value.slice(NUMBER_TEXT_MARK.length)) : undefined;
}

/** True when a double would lose something of this JSON number. */
export function needsNumberText(text: string): boolean {
  const number = Number(text);
  if (!Number.isFinite(number)) return true;
  const digits = significantDigits(text);
  if (number === 0) return digits > 0;
  return (
    digits > 17 ||
    (Number.isInteger(number) && !Number.isSafeInteger(number) && !isExactInteger(text, number))
  );
}

/** An integer such as 1e300 or 10000000000000000 is what its double denotes; 9007199254740993 is not. */
function isExactInteger(text: string, number: number): boolean {
  return /[.eE]/.test(text) || BigInt(text) === BigInt(number);
}

function significantDigits(text: string): number {
  const mantissa = text.replace(/[eE].*$/, '').replace(/[-.]/g, '');
  return mantissa.replace(/^0+/, '').replace(/0+$/, '').length;
}
