import type { Place } from '../measurement.ts';

/** A JSON object of a network server. */
export type Fields = { readonly [name: string]: unknown };

/** The members of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The objects in a list; none of anything else. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Texts by name; undefined where there are none. */
export function tagsOf(value: unknown): { readonly [name: string]: string } | undefined {
  const tags = Object.entries(fieldsOf(value)).flatMap(([name, tag]) => {
    const text = textOf(tag);
    return text === undefined ? [] : [[name, text] as const];
  });
  return tags.length === 0 ? undefined : Object.fromEntries(tags);
}

/** A place; undefined where there is none, and at 0, 0, where nobody has set it. */
export function placeOf(latitude: unknown, longitude: unknown, altitude?: unknown): Place | undefined {
  const [lat, lon] = [numberOf(latitude), numberOf(longitude)];
  if (lat === undefined || lon === undefined || (lat === 0 && lon === 0)) return undefined;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return undefined;
  const height = numberOf(altitude);
  return { latitude: lat, longitude: lon, ...(height === undefined ? {} : { altitude: height }) };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The members that are not undefined. */
export function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };
}
