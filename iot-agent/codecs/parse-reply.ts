import type { Json } from '../measurement.ts';
import type { CodecFailure, CodecResult, EncodeResult } from './codec-runner.ts';

/** Deeper results are no measurements, and would be too deep for what comes after. */
const maxDepth = 32;

interface Fields {
  readonly [name: string]: unknown;
}

/** The result of a decoder, from the sandbox's JSON. Nothing is taken on trust: a script may have had its hands on it. */
export function parseDecoded(text: string): CodecResult {
  const fields = fieldsOf(text);
  if (fields === undefined) return failed(['its result is no JSON object']);
  const failure = failureIn(fields);
  if (failure !== undefined) return failure;
  const { data = {}, normalized } = fields;
  if (!isShallow(data, maxDepth) || !isShallow(normalized, maxDepth))
    return failed([`its result is nested deeper than ${maxDepth} levels`]);
  const notes = textsIn(fields['normalizeErrors']).map((error) => `normalizeUplink: ${error}`);
  return {
    kind: 'decoded',
    data: data as Json,
    ...(normalized === undefined ? {} : { normalized: normalized as Json }),
    warnings: [...textsIn(fields['warnings']), ...notes],
  };
}

/** The result of an encoder, from the sandbox's JSON. `fPort` is taken when it names none. */
export function parseEncoded(text: string, fPort: number): EncodeResult {
  const fields = fieldsOf(text);
  if (fields === undefined) return failed(['its result is no JSON object']);
  const failure = failureIn(fields);
  if (failure !== undefined) return failure;
  const { bytes, fPort: own = fPort, confirmed } = fields;
  if (!Array.isArray(bytes) || !bytes.every(isByte) || bytes.length > 242)
    return failed([
      'it returned no bytes: an encoder returns a list of at most 242 whole numbers from 0 to 255',
    ]);
  if (typeof own !== 'number' || !Number.isInteger(own) || own < 1 || own > 223)
    return failed([`it returned the fPort ${JSON.stringify(own)}: a port is a whole number from 1 to 223`]);
  return {
    kind: 'encoded',
    bytes: Uint8Array.from(bytes),
    fPort: own,
    ...(typeof confirmed === 'boolean' ? { confirmed } : {}),
    warnings: textsIn(fields['warnings']),
  };
}

/** A failure for these reasons. */
export function failed(errors: readonly string[], warnings: readonly string[] = []): CodecFailure {
  return { kind: 'failed', errors, warnings };
}

function failureIn({ errors, warnings }: Fields): CodecFailure | undefined {
  const texts = textsIn(errors);
  return texts.length === 0 ? undefined : failed(texts, textsIn(warnings));
}

function fieldsOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}
