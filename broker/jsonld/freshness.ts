import type { Micros } from '../domain/entity.ts';

const second = 1_000_000;

/** How long a downloaded context may be used without asking again, in microseconds. */
const freshnessLimits = {
  shortest: second,
  longest: 86_400 * second,
  unknown: 3_600 * second,
} as const;

interface Headers {
  get(name: string): string | null;
}

/**
 * How long a response stays fresh by its Cache-Control, Age, Expires and Date headers, in microseconds; an hour when it
 * does not say (clause 6.3.16). `now` stands for a Date that is missing (RFC 9110 section 6.6.1). Bounded to between a second, so that no context is fetched for every request, and a day.
 */
export function freshFor(headers: Headers, now: Micros): Micros {
  const stated = byCacheControl(headers) ?? byExpires(headers, now / second);
  if (stated === undefined) return freshnessLimits.unknown;
  return Math.min(Math.max(stated * second, freshnessLimits.shortest), freshnessLimits.longest);
}

/** Seconds, as are all below. */
function byCacheControl(headers: Headers): number | undefined {
  const directives = (headers.get('cache-control') ?? '').toLowerCase();
  if (/\bno-(?:store|cache)\b/.test(directives)) return 0;
  const maximum =
    /\bs-maxage\s*=\s*"?(\d{1,10})/.exec(directives) ?? /\bmax-age\s*=\s*"?(\d{1,10})/.exec(directives);
  if (maximum === null) return undefined;
  const age = Number(headers.get('age')) || 0;
  return Number(maximum[1]) - Math.max(age, 0);
}

function byExpires(headers: Headers, now: number): number | undefined {
  const expires = headers.get('expires');
  if (expires === null) return undefined;
  // Every date of HTTP begins with a weekday; "Expires: 0" and the like mean: expired already.
  const moment = /^[A-Za-z]{3}/.test(expires) ? Date.parse(expires) : Number.NaN;
  if (Number.isNaN(moment)) return 0;
  const date = Date.parse(headers.get('date') ?? '');
  return moment / 1000 - (Number.isNaN(date) ? now : date / 1000);
}
