import { toPoint } from '../mapping/geo-values.ts';
import { isTimeZone } from '../mapping/local-time.ts';
import type { Json, Place } from '../measurement.ts';
import type { DayName, RuleSettings, RuleWindow } from '../registry/rule-settings.ts';
import { type Almanac, almanac, weekdayOf } from './almanac.ts';
import type { RuleDefaults } from './compile-rule.ts';
import { RuleFault } from './rule-fault.ts';
import { parseTimeOfDay, type TimeOfDay } from './time-of-day.ts';
import { firstFrom, type Windows, windows } from './windows.ts';

/** Times as a rule says them. Each call may throw RuleFault. */
export interface RuleClock {
  windows(during: RuleWindow): Windows;
  /** The first time of the day after another. */
  times(
    at: string,
    days: readonly DayName[] | undefined,
    member: string,
  ): (after: number) => number | undefined;
  /** The first begin, or end, of a window after a time. */
  edges(during: RuleWindow, edge: 'from' | 'to'): (after: number) => number | undefined;
}

/** How a rule reads times: in its time zone, and where it is. @throws RuleFault */
export function clockOf(settings: RuleSettings, defaults: RuleDefaults): RuleClock {
  const { name } = settings;
  const place = settings.location === undefined ? defaults.place : placeOf(settings.location);
  if (settings.location !== undefined && place === undefined)
    throw new RuleFault(name, 'location', 'is no place: write a GeoJSON Point, or "latitude, longitude"');
  const zone = zoneOf(settings, defaults);
  const read = (text: string, member: string): TimeOfDay => readTime(name, text, member, { zone, place });
  // Where all goes by the sun, days are those of its place as well as of any zone near it.
  const days: Almanac = almanac(zone ?? solarZone(place), place);
  const made = new Map<RuleWindow, Windows>();
  const windowsOf = (during: RuleWindow): Windows => {
    const known =
      made.get(during) ??
      windows(days, read(during.from, 'during.from'), read(during.to, 'during.to'), during.days);
    made.set(during, known);
    return known;
  };
  return {
    windows: (during) => {
      if (during.from === during.to)
        throw new RuleFault(name, 'during', 'begins when it ends: leave it out, and the rule always holds');
      return windowsOf(during);
    },
    times: (at, names, member) => {
      const time = read(at, member);
      return after((day) => (isOne(names, day) ? days.timeOn(day, time) : undefined), days);
    },
    edges: (during, edge) => {
      const { on } = windowsOf(during);
      return after((day) => on(day)?.[edge], days);
    },
  };
}

function isOne(names: readonly DayName[] | undefined, day: number): boolean {
  return names === undefined || names.includes(weekdayOf(day));
}

/** The first of the times that the days have that is after another one. */
function after(of: (day: number) => number | undefined, { dayOf }: Almanac) {
  return (time: number): number | undefined =>
    firstFrom(dayOf(time) - 2, (day) => {
      const found = of(day);
      return found !== undefined && found > time ? found : undefined;
    });
}

/** @throws RuleFault for a name that is no zone. */
function zoneOf({ name, during, timezone }: RuleSettings, defaults: RuleDefaults): string | undefined {
  const own = during?.timezone ?? timezone;
  if (own === undefined || isTimeZone(own)) return own ?? defaults.timezone;
  const member = during?.timezone === undefined ? 'timezone' : 'during.timezone';
  throw new RuleFault(
    name,
    member,
    `is ${JSON.stringify(own.slice(0, 80))}: it must be an IANA zone such as Europe/Brussels`,
  );
}

function readTime(
  rule: string,
  text: string,
  member: string,
  { zone, place }: { readonly zone: string | undefined; readonly place: Place | undefined },
): TimeOfDay {
  const time = parseTimeOfDay(text);
  if (time === undefined)
    throw new RuleFault(
      rule,
      member,
      `is ${JSON.stringify(text.slice(0, 80))}: write 22:30, sunset, or sunrise-PT30M`,
    );
  if (time.kind === 'clock' && zone === undefined)
    throw new RuleFault(
      rule,
      member,
      'is a time of the clock, and nobody says of which zone: add timezone, such as Europe/Brussels',
    );
  if (time.kind === 'sun' && place === undefined)
    throw new RuleFault(
      rule,
      member,
      'goes by the sun, and nobody says where: add location to the rule, or to the static attributes of its group or of the device that gets the command',
    );
  return time;
}

/** A place in what a location may be. */
export function placeOf(location: Json): Place | undefined {
  const point = toPoint(location) as { readonly type?: Json; readonly coordinates?: Json } | undefined;
  if (point?.type !== 'Point' || !Array.isArray(point.coordinates)) return undefined;
  const [longitude, latitude] = point.coordinates as readonly number[];
  return longitude === undefined || latitude === undefined ? undefined : { latitude, longitude };
}

/** The zone whose clocks show noon when the sun is highest, within half an hour; signs of these names are the other way round. */
function solarZone(place: Place | undefined): string {
  const hours = Math.round((place?.longitude ?? 0) / 15);
  if (hours === 0) return 'Etc/GMT';
  return hours > 0 ? `Etc/GMT-${hours}` : `Etc/GMT+${-hours}`;
}
