import type { CommandResults, Json, PlainMeasure } from '../../measurement.ts';
import { EnvelopeError, isObject, jsonOf } from '../envelope.ts';
import { type MeasuredAt, parseMeasuredAt } from '../parse-time.ts';
import { type MeasureOrigin, maxMeasures, timeOfOrigin } from './measure-origin.ts';

/**
 * Measures of FIWARE's IoT-Agent-JSON: one object, or an array of objects, each with its own TimeInstant. They come
 * out in the order of their times; a TimeInstant without offset is read as UTC, and marked.
 * @throws EnvelopeError that names what is wrong.
 */
export function parseMeasures(body: unknown, origin: MeasureOrigin): readonly PlainMeasure[] {
  const groups: readonly unknown[] = Array.isArray(body) ? body : [body];
  refuseTooMany(groups);
  return groups
    .map((group, index) => measureOf(group, index, origin))
    .filter(({ values }) => Object.keys(values).length > 0)
    .sort((a, b) => a.observedAt - b.observedAt);
}

/** Results of commands: an object with one for each of them. @throws EnvelopeError */
export function parseResults(body: unknown, origin: MeasureOrigin): CommandResults {
  const { apikey, deviceId, observedAt: receivedAt } = origin;
  const results = isObject(body) ? (jsonOf(body) as CommandResults['results'] | undefined) : undefined;
  if (results === undefined || Object.keys(results).length === 0)
    throw new EnvelopeError('results of commands must be a JSON object such as {"ping": "pong"}');
  return { kind: 'command-results', apikey, deviceId, results, receivedAt };
}

/**
 * What a message about the single attribute measures: its one value, or each of a series
 * `[{"timestamp": "2026-01-26T12:00:00Z", "value": 44}, ...]`. @throws EnvelopeError for a series with something else in it.
 */
export function parseSingle(name: string, value: Json, origin: MeasureOrigin): readonly PlainMeasure[] {
  const { apikey, deviceId } = origin;
  if (!isSeries(value)) {
    const values = Object.fromEntries([[name, value]]);
    return [{ kind: 'plain', apikey, deviceId, values, ...timeOfOrigin(origin) }];
  }
  refuseTooMany(value);
  return value
    .map(({ timestamp, value: one }): PlainMeasure => {
      const values = Object.fromEntries([[name, one]]);
      return { kind: 'plain', apikey, deviceId, values, ...timeIn(timestamp, 'timestamp') };
    })
    .sort((a, b) => a.observedAt - b.observedAt);
}

/**
 * The one value of a message about a single attribute: JSON where it is JSON, else the hexadecimal digits of its
 * bytes, as FIWARE's agent has it.
 */
export function parseSingleValue(payload: Uint8Array): Json {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  try {
    return jsonOf(JSON.parse(bytes.toString('utf8'))) ?? bytes.toString('hex');
  } catch {
    return bytes.toString('hex');
  }
}

function measureOf(group: unknown, index: number, origin: MeasureOrigin): PlainMeasure {
  const { apikey, deviceId } = origin;
  if (!isObject(group))
    throw new EnvelopeError(`measure ${index + 1} must be a JSON object of names and values`);
  const { TimeInstant, ...rest } = group;
  const values = jsonOf(rest) as PlainMeasure['values'] | undefined;
  if (values === undefined) throw new EnvelopeError(`measure ${index + 1} is nested too deeply`);
  const hasTime = TimeInstant !== undefined && TimeInstant !== null;
  const time = hasTime ? timeIn(TimeInstant, 'TimeInstant') : timeOfOrigin(origin);
  return { kind: 'plain', apikey, deviceId, values, ...time };
}

function timeIn(value: unknown, name: string): MeasuredAt {
  const time = typeof value === 'string' ? parseMeasuredAt(value) : undefined;
  if (time === undefined)
    throw new EnvelopeError(
      `${name} is ${described(value)}: it must be an ISO 8601 time such as 2026-11-24T08:00:00Z`,
    );
  return time;
}

/** Objects and arrays only by their kind: they may be nested so deep that they cannot be written. */
function described(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value).slice(0, 80);
}

type Series = readonly { readonly timestamp: Json; readonly value: Json }[];

function isSeries(value: Json): value is Series {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isObject(item) && 'timestamp' in item && 'value' in item)
  );
}

function refuseTooMany({ length }: readonly unknown[]): void {
  if (length > maxMeasures)
    throw new EnvelopeError(`a message may hold ${maxMeasures} measures, this one has ${length}`);
}
