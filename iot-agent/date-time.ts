const MICROS_PER_SECOND = 1_000_000;
const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,12}))?(Z|z|[+-]\d{2}(?::?\d{2})?)?$/;

/**
 * Microseconds since 1970 as NGSI-LD wants them (clause 4.6.3): UTC, `Z`, at most six fraction digits, without
 * trailing zeros.
 */
export function formatDateTime(micros: number): string {
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  const fraction = micros - seconds * MICROS_PER_SECOND;
  const whole = new Date(seconds * 1000).toISOString().slice(0, -5);
  if (fraction === 0) return `${whole}Z`;
  return `${whole}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}Z`;
}

/**
 * Microseconds since 1970 of an ISO 8601 moment as devices and network servers write it: any offset, up to twelve
 * fraction digits (cut to six), seconds optional. Without an offset it is UTC. Undefined when it is no such moment.
 */
export function parseDateTime(text: string): number | undefined {
  const parts = DATE_TIME.exec(text.trim());
  if (parts === null) return undefined;
  const [, day = '', time = '', fraction = '', offset = 'Z'] = parts;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const millis = Date.parse(`${day}T${seconds}${canonicalOffset(offset)}`);
  // Date.parse takes 30 February for 1 March; a moment that does not exist is no moment.
  if (Number.isNaN(millis) || !existsInCalendar(day)) return undefined;
  return millis * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

function canonicalOffset(offset: string): string {
  if (offset === 'Z' || offset === 'z') return 'Z';
  const minutes = offset.slice(3).replace(':', '');
  return `${offset.slice(0, 3)}:${minutes === '' ? '00' : minutes}`;
}

function existsInCalendar(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}
