const MICROS_PER_MILLI = 1000;

/** Making a formatter takes longer than all else here; there are a few hundred zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Whether a name is that of an IANA time zone, such as `Europe/Brussels`. */
export function isTimeZone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Microseconds since 1970 at which clocks in the zone show what clocks in UTC show at `local`. Of an hour that comes twice
 * it is the first; in an hour that is left out, what clocks would show without the change.
 * @throws RangeError for what is no time zone.
 */
export function utcOf(local: number, zone: string): number {
  const format = formatterOf(zone);
  const millis = Math.floor(local / MICROS_PER_MILLI);
  const early = offsetAt(format, millis - 86_400_000);
  const late = offsetAt(format, millis + 86_400_000);
  // The offset before a change holds until it comes: it is right if it gives itself.
  const holds = offsetAt(format, millis - early) === early || offsetAt(format, millis - late) !== late;
  return local - (holds ? early : late) * MICROS_PER_MILLI;
}

/** What clocks in the zone show at a time, in microseconds since 1970 as if they were in UTC. @throws RangeError as `utcOf`. */
export function localOf(utc: number, zone: string): number {
  return utc + offsetAt(formatterOf(zone), Math.floor(utc / MICROS_PER_MILLI)) * MICROS_PER_MILLI;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, format);
  return format;
}

/** Milliseconds that clocks in the zone are ahead of UTC. */
function offsetAt(format: Intl.DateTimeFormat, millis: number): number {
  const shown = new Map(format.formatToParts(millis).map(({ type, value }) => [type, Number(value)]));
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = UNITS.map((unit) =>
    shown.get(unit),
  );
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(millis / 1000) * 1000;
}

const UNITS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
