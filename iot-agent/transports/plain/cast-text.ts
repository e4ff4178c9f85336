import type { Json } from '../../measurement.ts';

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const whole = /^[+-]?\d+$/;
const withDecimalComma = /^[+-]?(?:\d+,\d*|,\d+)$/;
/** `007` is a name, not a number. */
const leadingZero = /^[+-]?0\d/;

const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * The value that a text without types stands for: a number, true, false or null where it is written like one, else the text.
 * A number that a double cannot hold, such as a long serial number, stays a text.
 */
export function castText(
  text: string,
  { decimalComma = false }: { readonly decimalComma?: boolean } = {},
): Json {
  const word = words.get(text);
  if (word !== undefined) return word;
  const digits = decimalComma && withDecimalComma.test(text) ? text.replace(',', '.') : text;
  if (!number.test(digits) || leadingZero.test(digits)) return text;
  const value = Number(digits);
  const isHeld = whole.test(digits) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isHeld ? value : text;
}
