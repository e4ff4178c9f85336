import { isLocalTime, parseDateTime } from '../date-time.ts';
import type { PlainMeasure } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import { TIME_INSTANT } from './configured-attribute.ts';
import { utcOf } from './local-time.ts';
import type { Measure } from './measure.ts';

/** A time as the transport has read it. */
export type MeasureTime = Pick<PlainMeasure, 'observedAt' | 'isLocal'>;

/** Microseconds since 1970 at which a measure was taken: what its values tell comes before the time of their message. */
export function timeOf(device: Device, { values }: Measure, time: MeasureTime): number {
  const own = values[TIME_INSTANT];
  const told = typeof own === 'string' ? timeIn(own, device) : undefined;
  if (told !== undefined) return told;
  return time.isLocal === true ? inZone(time.observedAt, device) : time.observedAt;
}

/** The time that a device writes, without an offset in its zone; undefined for what is none. */
export function timeIn(text: string, device: Device): number | undefined {
  const micros = parseDateTime(text);
  if (micros === undefined || micros < 0) return undefined;
  return isLocalTime(text) ? inZone(micros, device) : micros;
}

function inZone(micros: number, { timezone }: Device): number {
  return timezone === undefined ? micros : utcOf(micros, timezone);
}
