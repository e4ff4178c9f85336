import type { Json } from '../measurement.ts';
import { columnKinds } from './columns.ts';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^-?(?:0|[1-9]\d*),\d+$/;

/** The value of a cell, or what it must be. */
export type CellValue = { readonly value: Json } | { readonly rule: string };

/** The value of a cell of the column; numbers have a decimal comma where commas do not part cells. */
export function cellValue(column: string, text: string, hasDecimalComma: boolean): CellValue {
  const kind = columnKinds[column] ?? 'free';
  switch (kind) {
    case 'text':
      return { value: text };
    case 'number': {
      const number = Number(hasDecimalComma ? text.replace(',', '.') : text);
      return Number.isFinite(number) ? { value: number } : { rule: 'must be a number' };
    }
    case 'json':
      return jsonOf(text) ?? { rule: 'must be JSON' };
    case 'loose':
      return jsonOf(text) ?? { value: text };
    case 'free':
      return { value: freeValue(text, hasDecimalComma) };
  }
}

/** A number, true, false, an object or a list as such; everything else is a text. */
export function freeValue(text: string, hasDecimalComma: boolean): Json {
  if (NUMBER.test(text)) return Number(text);
  if (hasDecimalComma && DECIMAL_COMMA.test(text)) return Number(text.replace(',', '.'));
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[[{]/.test(text) ? (jsonOf(text)?.value ?? text) : text;
}

/** FIWARE's type of a fixed attribute that only has a value. */
export function typeOf(value: Json): string {
  if (typeof value === 'number') return 'Number';
  if (typeof value === 'boolean') return 'Boolean';
  return typeof value === 'string' ? 'Text' : 'StructuredValue';
}

/** The JSON that a text is; undefined when it is none. */
export function jsonOf(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

/** What spreadsheets would take for a formula; a quote in front, which they hide, keeps them from that. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** The text of a cell as spreadsheets show it without running it. */
export function guarded(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** The text that was guarded. */
export function unguarded(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}
