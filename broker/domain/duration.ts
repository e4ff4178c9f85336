import type { Micros } from './entity.ts';

/** A duration of ISO 8601: months have as many days as the calendar gives them, days are 24 hours. */
export interface Duration {
  readonly months: number;
  readonly micros: Micros;
}

const SECOND = 1_000_000;
const UNITS =
  /^P(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,6}))?S)?)?)$/;
/** Longer than all that DateTimes reach. */
const MOST_MONTHS = 12 * 10_000;
const MOST_MICROS: Micros = 10_000 * 366 * 86_400 * SECOND;

/**
 * A duration as clause 4.5.19.1 has it, `P1Y6M4DT12H30M5S` or `P2W`, whole numbers but for the seconds; undefined when
 * the text is none, or longer than ten thousand years.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = UNITS.exec(text);
  if (match === null || text === 'P' || text.endsWith('T')) return undefined;
  const [, weeks, years, months, days, , hours, minutes, seconds, fraction = ''] = match;
  const of = (digits: string | undefined): number => Number(digits ?? 0);
  const allMonths = of(years) * 12 + of(months);
  const allSeconds = ((of(weeks) * 7 + of(days)) * 24 + of(hours)) * 3600 + of(minutes) * 60 + of(seconds);
  const micros = allSeconds * SECOND + Number(fraction.padEnd(6, '0'));
  return allMonths <= MOST_MONTHS && micros <= MOST_MICROS ? { months: allMonths, micros } : undefined;
}

/** A span of time as a duration of ISO 8601: days, hours, minutes and seconds, without what is zero. */
export function formatDuration(span: Micros): string {
  const seconds = Math.floor(span / SECOND);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3_600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = (span - (seconds - (seconds % 60)) * SECOND) / SECOND;
  const date = days > 0 ? `${days}D` : '';
  const time = [
    hours > 0 ? `${hours}H` : '',
    minutes > 0 ? `${minutes}M` : '',
    rest > 0 ? `${rest.toFixed(6).replace(/\.?0+$/, '')}S` : '',
  ].join('');
  if (date === '' && time === '') return 'PT0S';
  return time === '' ? `P${date}` : `P${date}T${time}`;
}
