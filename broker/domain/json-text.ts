import type { Json } from './entity.ts';
import { badRequest, NgsiLdError } from './errors.ts';
import { NUMBER_TEXT_MARK, needsNumberText } from './number-text.ts';

/** How deep arrays and objects may stand inside each other: all that walks JSON recursively relies on it. */
export const MAX_JSON_DEPTH = 256;

const QUOTE = 34;
const BACKSLASH = 92;
const ESCAPED_MARK = JSON.stringify(NUMBER_TEXT_MARK).slice(1, -1);
const ESCAPED_CONTROL = ESCAPED_MARK.slice(0, -1);
/** The mark inside a string, its second character escaped or not, unless the first backslash is itself escaped. */
const MARK_OF_CLIENT = /(?<!\\)(?:\\\\)*\\u0001(?:#|\\u0023)/;
const MARKED_NUMBER = new RegExp(`"${ESCAPED_MARK.replace('\\', '\\\\')}(-?[0-9][0-9.eE+-]*)"`, 'g');
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * The JSON of a request body. Numbers that a double cannot hold come as `NUMBER_TEXT_MARK` strings; of members with
 * the same name the last one holds.
 * @throws NgsiLdError InvalidRequest (clause 5.5.4) when the text is not JSON or nests deeper than `MAX_JSON_DEPTH`,
 * BadRequestData when a string holds the mark.
 */
export function parseJson(text: string): Json {
  if (text.includes(ESCAPED_CONTROL) && MARK_OF_CLIENT.test(text)) {
    throw badRequest(
      'a string holds the control character U+0001 before "#", which is reserved: leave it out',
    );
  }
  const numbers = scan(text);
  try {
    return JSON.parse(numbers.length === 0 ? text : withMarkedNumbers(text, numbers)) as Json;
  } catch {
    throw invalidJson(text);
  }
}

/** The JSON text of a value, numbers kept as text written as the numbers they were. */
export function stringifyJson(value: Json): string {
  const text = JSON.stringify(value);
  return text.includes(ESCAPED_MARK) ? text.replace(MARKED_NUMBER, '$1') : text;
}

type Span = readonly [start: number, end: number];

/** Bounds the depth and finds the numbers, outside strings, that a double may not hold. */
function scan(text: string): readonly Span[] {
  const numbers: Span[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (startsNumber(code)) {
      const end = endOfNumber(text, at);
      if (mayNeedText(text, at, end)) numbers.push([at, end]);
      at = end - 1;
    } else depth += depthStep(code, depth);
  }
  return numbers;
}

function depthStep(code: number, depth: number): number {
  if (code === 0x5d || code === 0x7d) return -1;
  if (code !== 0x5b && code !== 0x7b) return 0;
  if (depth < MAX_JSON_DEPTH) return 1;
  throw new NgsiLdError(
    'InvalidRequest',
    `the JSON nests deeper than ${MAX_JSON_DEPTH} levels, which is the most that is accepted: flatten it`,
  );
}

function startsNumber(code: number): boolean {
  return code === 0x2d || isDigit(code);
}

/** The position of the closing quote of the string that opens at `start`, or the end of a text that lacks it. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Digits, then one of + - . E e.
    if (
      !(isDigit(code) || code === 0x2b || code === 0x2d || code === 0x2e || code === 0x45 || code === 0x65)
    ) {
      break;
    }
  }
  return at;
}

/** Most numbers are short and have no exponent: they need no closer look. */
function mayNeedText(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length < 4) return false;
  if (length < 16 && !/[eE]/.test(text.slice(start, end))) return false;
  const number = text.slice(start, end);
  return NUMBER.test(number) && needsNumberText(number);
}

/** The text with the numbers quoted and marked, save where a string would be right and a number is not. */
function withMarkedNumbers(text: string, numbers: readonly Span[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const [start, end] of numbers) {
    if (/^\s*:/.test(text.slice(end))) continue;
    parts.push(text.slice(from, start), `"${ESCAPED_MARK}${text.slice(start, end)}"`);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function invalidJson(text: string): NgsiLdError {
  if (text.trim() === '') {
    return new NgsiLdError('InvalidRequest', 'the body is empty: send a JSON document');
  }
  try {
    JSON.parse(text);
  } catch (error) {
    return new NgsiLdError('InvalidRequest', `the body is not valid JSON: ${(error as SyntaxError).message}`);
  }
  return new NgsiLdError(
    'InvalidRequest',
    'the body is not valid JSON: a number stands where a name is expected',
  );
}
