const MICROS_PER_SECOND = 1_000_000;
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?)?\s?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;
/** Longer texts are no times, and need not be looked at. */
const MAX_LENGTH = 48;

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

/** Whether a date and time says no offset from UTC, so that it is meant in the place where it was written. */
export function isLocalTime(text: string): boolean {
  const match = text.length <= MAX_LENGTH ? DATE_TIME.exec(text.trim()) : null;
  return match !== null && match[8] === undefined;
}

/**
 * Microseconds since 1970 of an ISO 8601 date and time as devices and network servers write it: any number of
 * fraction digits (what is finer than a microsecond is cut off), any offset; without one it is UTC, and a date alone is its
 * midnight. Undefined when it is no such time.
 */
export function parseDateTime(text: string): number | undefined {
  const match = text.length <= MAX_LENGTH ? DATE_TIME.exec(text.trim()) : null;
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', offset = 'Z'] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(milliseconds) || !isDayOfMonth(milliseconds, Number(day), hour)) return undefined;
  const microseconds = Number(fraction.slice(0, 6).padEnd(6, '0'));
  return (milliseconds - offsetMinutes(offset) * 60_000) * 1000 + microseconds;
}

/** `Date.parse` turns 30 February into March; hour 24 is the one lawful way to the next day. */
function isDayOfMonth(milliseconds: number, day: number, hour: string): boolean {
  return hour === '24' || new Date(milliseconds).getUTCDate() === day;
}

function offsetMinutes(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', '') || 0);
  return offset.startsWith('-') ? -minutes : minutes;
}
