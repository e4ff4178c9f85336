import type { Json, Micros } from './entity.ts';
import { badRequest } from './errors.ts';
import { shown } from './names.ts';

/** Before every moment that a DateTime can name. */
export const BEFORE_ALL: Micros = -(2 ** 56);
/** Behind every moment that a DateTime can name. */
export const AFTER_ALL: Micros = 2 ** 58;

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
/** The first moment that a DateTime can name: of the year 0. */
export const FIRST_MOMENT: Micros = -62_167_219_200_000_000;
/** The last moment before the year 10000 that a double can hold. */
export const LAST_MOMENT: Micros = 253_402_300_800_000_000 - 32;
const DASH = 45;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** What a fraction of so many digits has to be multiplied with to give microseconds. */
const FRACTION_UNIT = [0, 100_000, 10_000, 1000, 100, 10, 1];

/**
 * A DateTime of clause 4.6.3 (`2026-01-31T12:00:00.25Z`: UTC, at most six fraction digits after a point or a comma) in
 * microseconds; undefined when the text is none, an offset or 30 February included. Behind the year 2255 a fraction
 * may be rounded by a few microseconds, because a moment is one double.
 */
export function parseDateTime(text: string): Micros | undefined {
  if (text.charCodeAt(10) !== LETTER_T) return undefined;
  const days = daysAt(text);
  const time = timeAt(text, 11);
  return Number.isNaN(days) || Number.isNaN(time) ? undefined : Math.min(days * DAY + time, LAST_MOMENT);
}

/** A Date of clause 4.6.3 (`2026-01-31`) as the moment at which it begins; undefined when the text is none. */
export function parseDate(text: string): Micros | undefined {
  if (text.length !== 10) return undefined;
  const days = daysAt(text);
  return Number.isNaN(days) ? undefined : days * DAY;
}

/** A Time of clause 4.6.3 (`12:00:00.25Z`) in microseconds since midnight; undefined when the text is none. */
export function parseTime(text: string): Micros | undefined {
  const time = timeAt(text, 0);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The DateTime in a member of a request.
 * @throws NgsiLdError BadRequestData naming `member`.
 */
export function requireDateTime(value: Json, member: string): Micros {
  const micros = typeof value === 'string' ? parseDateTime(value) : undefined;
  if (micros !== undefined) return micros;
  throw badRequest(
    `${member} is not a DateTime: write UTC as 2026-01-31T12:00:00Z, with at most six fraction digits and no offset, in the place of ${shown(value)}`,
  );
}

/** The next moment that a double can hold: one microsecond later, behind the year 2255 a few. */
export function nextMoment(at: Micros): Micros {
  let step = 1;
  while (at + step === at) step *= 2;
  return at + step;
}

/** The DateTime in UTC with `Z`, as many fraction digits as it needs and none that are trailing zeros. */
export function formatDateTime(micros: Micros): string {
  const days = Math.floor(micros / DAY);
  const rest = micros - days * DAY;
  const seconds = Math.floor(rest / SECOND);
  const fraction = rest - seconds * SECOND;
  return `${dateText(days)}T${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(
    Math.floor(seconds / 60) % 60,
  )}:${twoDigits(seconds % 60)}${fraction === 0 ? '' : fractionText(fraction)}Z`;
}

/** Days since 1970 of the date at the start of the text, or NaN. */
function daysAt(text: string): number {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return Number.NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) {
    return Number.NaN;
  }
  return daysFromCivil(year, month, day);
}

/** Microseconds since midnight of the time that fills the text from `start` on, or NaN. */
function timeAt(text: string, start: number): number {
  const last = text.length - 1;
  if (
    text.charCodeAt(last) !== LETTER_Z ||
    text.charCodeAt(start + 2) !== COLON ||
    text.charCodeAt(start + 5) !== COLON
  ) {
    return Number.NaN;
  }
  const hours = digits(text, start, start + 2);
  const minutes = digits(text, start + 3, start + 5);
  const seconds = digits(text, start + 6, start + 8);
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return Number.NaN;
  return ((hours * 60 + minutes) * 60 + seconds) * SECOND + fractionAt(text, start + 8, last);
}

/** The fraction between the seconds and the Z in microseconds, or NaN. */
function fractionAt(text: string, start: number, end: number): number {
  if (start === end) return 0;
  const separator = text[start];
  const unit = FRACTION_UNIT[end - start - 1];
  if ((separator !== '.' && separator !== ',') || unit === undefined || unit === 0) return Number.NaN;
  return digits(text, start + 1, end) * unit;
}

/** The number that the decimal digits from `start` to `end` denote, or NaN when there is anything else. */
function digits(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month - 1] as number);
}

// Both conversions count in years that begin in March, so that the leap day is the last of its year.
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function dateText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

function fractionText(micros: number): string {
  const text = String(micros).padStart(6, '0');
  let end = 6;
  while (text.charCodeAt(end - 1) === 48) end--;
  return `.${text.slice(0, end)}`;
}
