const dateTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?)?\s?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * Microseconds since 1970 of an ISO 8601 date and time as devices and network servers write it: any number of
 * fraction digits (what is finer than a microsecond is cut off), any offset; without one it is UTC. `undefined` when it is no
 * such time, or lies before 1970.
 */
export function parseTime(text: string): number | undefined {
  const match = text.length <= 48 ? dateTime.exec(text) : null;
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', offset = 'Z'] = match;
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(milliseconds) || !isDayOfMonth(milliseconds, Number(day), hour)) return undefined;
  const microseconds = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const time = (milliseconds - offsetMinutes(offset) * 60_000) * 1000 + microseconds;
  return time >= 0 ? time : undefined;
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
