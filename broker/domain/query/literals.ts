import { parseDate, parseDateTime, parseTime } from '../date-time.ts';
import type { Literal } from './attribute-query.ts';
import { refusal, type Scanner, skipBlanks } from './tokens.ts';

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const timeLike = /^\d{4}-\d\d-\d\d(?:T.*)?$|^\d\d:\d\d:\d\d/;
const seconds = /(?:^|T)\d\d:\d\d:\d\d$/;
const fraction = /^\d{1,6}Z/;
/** What can only be a slip in a value without quotes. */
const slip = /["<>]|[=!~]=/;

/**
 * Parses one value of a q: a number, `true`, `false`, a DateTime, Date or Time, a string in quotes with the escapes of
 * RFC 8259, or a URI or word without quotes, which ends before `;` `|` `,` `)` or `..`.
 * @throws NgsiLdError BadRequestData with the position and the remedy.
 */
export function parseLiteral(scanner: Scanner): Literal {
  skipBlanks(scanner);
  if (scanner.text[scanner.at] === '"') return { kind: 'string', text: parseQuoted(scanner) };
  const start = scanner.at;
  const word = takeWord(scanner);
  if (word === '') throw refusal(scanner, 'a value is expected');
  if (slip.test(word)) {
    throw refusal(scanner, 'put a value that has quotes or operators in it in double quotes', start);
  }
  return classify(scanner, word, start);
}

function takeWord(scanner: Scanner): string {
  const { text } = scanner;
  const start = scanner.at;
  while (scanner.at < text.length && !endsWord(text, start, scanner.at)) scanner.at += 1;
  return text.slice(start, scanner.at).trim();
}

/** A comma may also stand before the fraction of a second (clause 4.6.3). */
function endsWord(text: string, start: number, at: number): boolean {
  if (text[at] === ',') {
    return !(
      seconds.test(text.slice(Math.max(start, at - 9), at)) && fraction.test(text.slice(at + 1, at + 8))
    );
  }
  return ';|)'.includes(text.charAt(at)) || text.startsWith('..', at);
}

function classify(scanner: Scanner, word: string, start: number): Literal {
  if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
  if (number.test(word)) return numberLiteral(scanner, word, start);
  if (!timeLike.test(word)) return { kind: 'string', text: word };
  const dateTime = parseDateTime(word);
  if (dateTime !== undefined) return { kind: 'dateTime', text: word, micros: dateTime };
  const date = parseDate(word);
  if (date !== undefined) return { kind: 'date', text: word, micros: date };
  const time = parseTime(word);
  if (time !== undefined) return { kind: 'time', text: word, micros: time };
  throw refusal(
    scanner,
    'write a time as 2026-01-31T12:00:00Z, 2026-01-31 or 12:00:00Z: UTC, at most six fraction digits, a day that exists',
    start,
  );
}

function numberLiteral(scanner: Scanner, word: string, start: number): Literal {
  const value = Number(word);
  if (!Number.isFinite(value)) throw refusal(scanner, 'a number this large cannot be compared', start);
  return { kind: 'number', value, text: word };
}

function parseQuoted(scanner: Scanner): string {
  const start = scanner.at;
  const end = endOfQuoted(scanner);
  scanner.at = end;
  try {
    return JSON.parse(scanner.text.slice(start, end)) as string;
  } catch {
    throw refusal(scanner, 'escape a string in quotes as JSON does', start);
  }
}

/** The position behind the closing quote of the quoted text that begins here. */
function endOfQuoted(scanner: Scanner): number {
  const { text } = scanner;
  let at = scanner.at + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  if (at >= text.length) throw refusal(scanner, 'the closing double quote is missing');
  return at + 1;
}

/**
 * Takes the regular expression behind a pattern operator: in quotes as it stands (only `\"` means a quote), or
 * without quotes up to the next `;` `|` or `)` that is not inside its own parentheses or brackets.
 */
export function takePattern(scanner: Scanner): string {
  skipBlanks(scanner);
  const start = scanner.at;
  if (scanner.text[start] === '"') {
    scanner.at = endOfQuoted(scanner);
    return scanner.text.slice(start + 1, scanner.at - 1).replaceAll('\\"', '"');
  }
  scanner.at = endOfBarePattern(scanner.text, start);
  const pattern = scanner.text.slice(start, scanner.at).trim();
  if (pattern === '') throw refusal(scanner, 'a regular expression is expected', start);
  return pattern;
}

function endOfBarePattern(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if ('([{'.includes(character)) depth += 1;
    else if (depth === 0 && ';|)'.includes(character)) return at;
    else if (')]}'.includes(character)) depth -= 1;
  }
  return text.length;
}
