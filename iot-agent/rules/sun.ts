import { getTimes } from 'suncalc';
import type { Place } from '../measurement.ts';

/** The sun of one day at one place, in microseconds since 1970. */
export type SunDay =
  | { readonly kind: 'ordinary'; readonly sunrise: number; readonly sunset: number }
  /** It does not set: `midnight` is when it is lowest before noon. */
  | { readonly kind: 'polar-day'; readonly midnight: number }
  /** It does not rise. */
  | { readonly kind: 'polar-night'; readonly noon: number };

/** The sun of the day around a noon. */
export function sunOf(noon: number, { latitude, longitude }: Place): SunDay {
  const { sunrise, sunset, nadir, solarNoon, alwaysUp } = getTimes(
    new Date(noon / 1000),
    latitude,
    longitude,
  );
  if (sunrise !== null && sunset !== null)
    return { kind: 'ordinary', sunrise: microsOf(sunrise), sunset: microsOf(sunset) };
  return alwaysUp === true
    ? { kind: 'polar-day', midnight: microsOf(nadir) }
    : { kind: 'polar-night', noon: microsOf(solarNoon) };
}

function microsOf(date: Date): number {
  return Math.round(date.getTime()) * 1000;
}
