import { type DecodeOptions, decodeFirst, type TagDecodeControl } from 'cborg';
import type { Json } from '../measurement.ts';
import type { BuiltInCodec } from './built-in.ts';
import type { CodecResult } from './codec-runner.ts';
import { failed } from './parse-reply.ts';

/** CBOR (RFC 8949): a map becomes an object, whose keys are texts or whole numbers; byte strings become hexadecimal, dates ISO 8601. */
export const cbor: BuiltInCodec = {
  name: 'cbor',
  description: 'Concise Binary Object Representation, RFC 8949',
  decode: ({ bytes }) => decode(bytes),
};

const mostBytes = 64 * 1024;
const maxDepth = 32;

const options: DecodeOptions = {
  // As Maps: keys may be whole numbers, and none of them can touch an object's prototype.
  useMaps: true,
  rejectDuplicateMapKeys: true,
  tags: {
    0: (content) => isoDate(Date.parse(String(content()))),
    1: (content) => isoDate(Number(content()) * 1000),
    2: (content) => bigNumber(content),
    3: (content) => -1n - bigNumber(content),
    4: decimalFraction,
    32: (content) => content(),
    // It only says that this is CBOR.
    55799: (content) => content(),
  },
};

function decode(bytes: Uint8Array): CodecResult {
  if (bytes.length > mostBytes)
    return failed([`the payload has ${bytes.length} bytes: at most ${mostBytes} are read as CBOR`]);
  try {
    const [value, rest] = decodeFirst(bytes, options);
    const data = toJson(value, maxDepth);
    const warnings = rest.length === 0 ? [] : [`${rest.length} byte(s) after the CBOR item are left out`];
    return { kind: 'decoded', data: data ?? null, warnings };
  } catch (error) {
    const { name, message } = error as Error;
    // The stack may run out in code of another realm, which has a RangeError of its own.
    const reason = name === 'RangeError' ? 'it is nested too deeply' : message;
    return failed([`the payload is no CBOR that can be read: ${reason}`]);
  }
}

/** What JSON has for it; undefined for what has no value. */
function toJson(value: unknown, levels: number): Json | undefined {
  if (levels === 0) throw new Error(`it is nested deeper than ${maxDepth} levels`);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map((member) => toJson(member, levels - 1) ?? null);
  if (value instanceof Map) return fieldsOf(value, levels);
  if (typeof value === 'bigint') return plainNumber(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : undefined;
}

function fieldsOf(map: ReadonlyMap<unknown, unknown>, levels: number): Json {
  const members: [string, Json][] = [];
  for (const [key, member] of map) {
    const value = toJson(member, levels - 1);
    if (value !== undefined) members.push([keyOf(key), value]);
  }
  const names = new Set(members.map(([name]) => name));
  if (names.size < members.length) throw new Error('a map has a key twice, as a text and as a number');
  return Object.fromEntries(members);
}

function keyOf(key: unknown): string {
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint') return String(key);
  throw new Error('a map has a key that is neither a text nor a number');
}

/** A text where a number would not be exact. */
function plainNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function isoDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new Error('a date is no date');
  return date.toISOString();
}

function bigNumber(content: TagDecodeControl): bigint {
  const bytes = content();
  if (!(bytes instanceof Uint8Array)) throw new Error('a large number is no byte string');
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function decimalFraction(content: TagDecodeControl): number {
  const parts = content();
  if (!Array.isArray(parts) || parts.length !== 2)
    throw new Error('a decimal fraction is no pair of exponent and mantissa');
  const [exponent, mantissa] = parts;
  return Number(`${mantissa}e${exponent}`);
}
