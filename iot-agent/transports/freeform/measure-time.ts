import type { Json } from '../../measurement.ts';
import type { TimeFormat } from '../../registry/topic-template.ts';
import { EnvelopeError, numberOf } from '../envelope.ts';
import { type MeasuredAt, parseMeasuredAt } from '../parse-time.ts';

/** Microseconds in a unit, and what it is called. */
const units: Readonly<Record<Exclude<TimeFormat, 'iso'>, readonly [factor: number, name: string]>> = {
  s: [1e6, 'seconds'],
  ms: [1e3, 'milliseconds'],
  µs: [1, 'microseconds'],
};
/** The year 10000. */
const end = 253_402_300_800 * 1e6;

/** The time that a message says. @throws EnvelopeError that names the form that is expected */
export function measureTime(value: Json | undefined, format: TimeFormat): MeasuredAt | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (format !== 'iso') return { observedAt: sinceEpoch(value, format) };
  const time = typeof value === 'string' ? parseMeasuredAt(value) : undefined;
  if (time === undefined)
    throw new EnvelopeError(
      `the time is ${shown(value)}: it must be an ISO 8601 time such as 2026-11-24T08:00:00Z, or timeFormat must say s, ms or µs`,
    );
  return time;
}

function sinceEpoch(value: Json, format: keyof typeof units): number {
  const [factor, name] = units[format];
  const observedAt = Math.round((numberOf(value) ?? Number.NaN) * factor);
  if (observedAt >= 0 && observedAt < end) return observedAt;
  throw new EnvelopeError(`the time is ${shown(value)}: it must be a number of ${name} since 1970`);
}

function shown(value: Json): string {
  return typeof value === 'object' ? 'an object or array' : JSON.stringify(value).slice(0, 80);
}
