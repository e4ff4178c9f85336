import type { Incoming, Json } from '../measurement.ts';
import { parseTime } from './parse-time.ts';
import type { ConfigurationRequest } from './plain/configuration-request.ts';

/** What an envelope turned out to be. */
export type Parsed =
  | {
      readonly kind: 'incoming';
      readonly incoming: readonly Incoming[];
      /** What is wrong with other parts of the message, which are lost. */
      readonly rejected?: string;
    }
  /** A device asks for values of its Entity: nothing to keep. */
  | { readonly kind: 'configuration'; readonly request: ConfigurationRequest }
  /** Nothing for us, for the given reason; that is no error. */
  | { readonly kind: 'ignored'; readonly reason: string };

/** The message cannot be understood: sending it again would not help. The message says what is wrong with it. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
}

/** A JSON object of unknown content. */
export type Fields = { readonly [name: string]: unknown };

const none: Fields = Object.freeze({});

/** Deeper values than this are no measurements, and every level is a level of recursion later. */
const maxDepth = 32;

/** The members of a JSON object; none for anything else, so that absent parts can be read through. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : none;
}

/** True for JSON objects, not for arrays or null. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses the JSON text of an envelope, or throws an EnvelopeError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EnvelopeError(`the message is not JSON: ${(error as Error).message}`);
  }
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number; Protobuf's JSON may write 64-bit numbers as text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** A whole number from 0; Protobuf's JSON leaves zeros out, so absent means 0. */
export function countOf(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0;
  const number = numberOf(value);
  if (number === undefined || !Number.isSafeInteger(number) || number < 0)
    throw new EnvelopeError(`${name} must be a whole number from 0`);
  return number;
}

/** Microseconds since 1970; `otherwise` when the field is absent or no time. */
export function timeOf(value: unknown, otherwise: number): number {
  return (typeof value === 'string' ? parseTime(value) : undefined) ?? otherwise;
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** The bytes of a base64 field, empty when it is absent; an EnvelopeError when it is anything else. */
export function bytesOf(value: unknown, name: string): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array(0);
  if (typeof value !== 'string' || !base64.test(value)) throw new EnvelopeError(`${name} must be base64`);
  return Buffer.from(value, 'base64');
}

/** The value when it is JSON of a depth that can be worked with, else `undefined`. */
export function jsonOf(value: unknown): Json | undefined {
  return value !== undefined && isShallow(value, maxDepth) ? (value as Json) : undefined;
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}
