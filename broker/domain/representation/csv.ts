import type { Json } from '../entity.ts';
import { stringifyJson } from '../json-text.ts';
import { isNumberText } from '../number-text.ts';

/** One record of CSV (RFC 4180), its end of line included. */
export function csvRecord(cells: readonly (Json | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** Strings stand as they are, everything else as its JSON; what is not there is empty. */
function cell(value: Json | undefined): string {
  if (value === undefined) return '';
  return quoted(typeof value === 'string' && !isNumberText(value) ? harmless(value) : stringifyJson(value));
}

/** Also in the width that some scripts have. */
const FORMULA_START = /^[=+\-@＝＋－＠\t\r\n]/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Spreadsheets calculate what begins so, wherever it came from; with an apostrophe before it they take it for text. */
function harmless(text: string): string {
  return FORMULA_START.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
