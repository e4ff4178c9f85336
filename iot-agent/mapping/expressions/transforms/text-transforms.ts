import type { Json } from '../../../measurement.ts';
import { checkSize } from '../operand.ts';
import { patternWork, replacePattern } from './replace-pattern.ts';
import { numberOf, of, ofText, type Transforms, taking } from './transform.ts';

/** Where JavaScript's `substr` begins and how many characters it takes: a negative start counts from the end. */
function substr(text: string, from: Json, count?: Json): string {
  const start = numberOf(from) ?? 0;
  const first = start < 0 ? Math.max(0, text.length + start) : start;
  const length = numberOf(count);
  return text.slice(first, length === undefined ? undefined : first + Math.max(0, length));
}

function replaceFirst(text: string, from: string, to: string): string {
  const at = text.indexOf(from);
  return at < 0 ? text : text.slice(0, at) + to + text.slice(at + from.length);
}

/** Counts before it writes: a short text with many places and a long replacement would grow beyond all bounds. */
function replaceAll(text: string, from: string, to: string): string {
  const parts = from === '' ? ['', ...text, ''] : text.split(from);
  checkSize(text.length + (parts.length - 1) * (to.length - from.length));
  return parts.join(to);
}

/** FIWARE's checksum of a text: eight hexadecimal digits or more. */
function hash(text: string): string {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) sum = (sum << 5) - sum + text.charCodeAt(index);
  return Math.abs(sum).toString(16).toUpperCase().padStart(8, '0');
}

function textOfHex(digits: string): string {
  return Buffer.from(digits.replace(/[^0-9a-f]/giu, ''), 'hex').toString('utf8');
}

function replacing(places: 'first' | 'all') {
  return taking(
    (value, [pattern = '']) => patternWork(String(value), String(pattern)),
    ofText((text, pattern = '', to = '') => replacePattern(text, String(pattern), String(to), places)),
  );
}

/** Transforms of texts. */
export const TEXT_TRANSFORMS: Transforms = {
  indexOf: ofText((text, part) => text.indexOf(String(part))),
  length: ofText((text) => text.length),
  trim: ofText((text) => text.trim()),
  substr: ofText((text, from = 0, count?) => substr(text, from, count)),
  tostring: ofText((text) => text),
  touppercase: ofText((text) => text.toUpperCase()),
  tolowercase: ofText((text) => text.toLowerCase()),
  urlencode: ofText((text) => encodeURI(text)),
  urldecode: ofText((text) => decodeURI(text)),
  replacestr: ofText((text, from = '', to = '') => replaceFirst(text, String(from), String(to))),
  replaceallstr: ofText((text, from = '', to = '') => replaceAll(text, String(from), String(to))),
  replaceregexp: replacing('first'),
  replaceallregexp: replacing('all'),
  split: ofText((text, separator) => (separator === undefined ? [text] : text.split(String(separator)))),
  hextostring: ofText(textOfHex),
  hash: ofText(hash),
  slice: of((value, from, to) => {
    const start = numberOf(from);
    const end = numberOf(to);
    return Array.isArray(value) ? value.slice(start, end) : String(value).slice(start, end);
  }),
};
