import { isLocalTime } from '../date-time.ts';
import type { Json, PlainMeasure } from '../measurement.ts';
import { EnvelopeError, isObject, jsonOf } from './envelope.ts';
import { parseTime } from './parse-time.ts';

/** Who sent measures, and when they arrived or were taken. */
export interface MeasureOrigin {
  readonly apikey: string;
  readonly deviceId: string;
  /** Microseconds since 1970, for measures without a TimeInstant of their own. */
  readonly observedAt: number;
}

/** More measures in one message are no measures of a sensor. */
const maxMeasures = 10_000;

/**
 * Measures of FIWARE's IoT-Agent-JSON: one object, or an array of objects, each with its own TimeInstant. They come
 * out in the order of their times; a TimeInstant without offset is read as UTC, and marked.
 * @throws EnvelopeError that names what is wrong.
 */
export function parseMeasures(body: unknown, origin: MeasureOrigin): readonly PlainMeasure[] {
  const groups: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (groups.length > maxMeasures)
    throw new EnvelopeError(`a message may hold ${maxMeasures} measures, this one has ${groups.length}`);
  return groups
    .map((group, index) => measureOf(group, index, origin))
    .filter(({ values }) => Object.keys(values).length > 0)
    .sort((a, b) => a.observedAt - b.observedAt);
}

function measureOf(
  group: unknown,
  index: number,
  { apikey, deviceId, observedAt }: MeasureOrigin,
): PlainMeasure {
  if (!isObject(group))
    throw new EnvelopeError(`measure ${index + 1} must be a JSON object of names and values`);
  const { TimeInstant, ...rest } = group;
  const values = jsonOf(rest) as PlainMeasure['values'] | undefined;
  if (values === undefined) throw new EnvelopeError(`measure ${index + 1} is nested too deeply`);
  return { kind: 'plain', apikey, deviceId, values, observedAt, ...timeInstantOf(TimeInstant) };
}

/** A time without an offset is meant in the zone of the device, which is not known here. */
function timeInstantOf(value: unknown): Pick<PlainMeasure, 'observedAt' | 'isLocal'> | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'string' ? parseTime(value) : undefined;
  if (time === undefined)
    throw new EnvelopeError(
      `TimeInstant is ${JSON.stringify(value)?.slice(0, 80)}: it must be an ISO 8601 time such as 2026-11-24T08:00:00Z`,
    );
  return { observedAt: time, ...(isLocalTime(String(value)) ? { isLocal: true } : {}) };
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
