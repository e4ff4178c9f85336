import type { Json } from '../measurement.ts';
import { typeOf } from './cells.ts';
import type { Fault } from './draft.ts';

/** What a row says of a device. */
export interface RowSettings {
  /** Settings as a merge patch, with attributes by name where they stand in columns of their own. */
  readonly patches: readonly object[];
  /** What its Entity is to be called, for people. */
  readonly name?: string;
  readonly tenant?: string;
}

/** A row of an import: what it says, or what is wrong with it. */
export interface ImportRow {
  /** As the one who sent it counts: rows of a sheet with the header, entries of a list from 1. */
  readonly row: number;
  readonly content: RowSettings | Fault;
}

type Fields = { readonly [column: string]: Json };

/** The settings in a row's fields by column (see columns.ts), or what is wrong with one of them. */
export function rowSettings(fields: Fields): RowSettings | Fault {
  const { name, tenant, lat, lon, settings: others, ...rest } = fields;
  const wrong = Object.entries({ name, tenant }).find(([, value]) => !isTextOrNone(value));
  if (wrong !== undefined) return { field: wrong[0], reason: `${wrong[0]} must be a text` };
  const location = locationOf(lat ?? undefined, lon ?? undefined);
  if ('reason' in location) return location;
  const own = Object.entries(rest).filter(([column]) => !/^(?:static|internal)\./.test(column));
  return {
    patches: [
      isFields(others) ? others : {},
      Object.fromEntries(own),
      ...namedPatch('static_attributes', [...location.attributes, ...staticsIn(rest)]),
      ...namedPatch('internal_attributes', prefixed(rest, 'internal.')),
    ],
    ...textMember('name', name),
    ...textMember('tenant', tenant),
  };
}

type Members = readonly (readonly [string, Json])[];

function isTextOrNone(value: Json | undefined): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

function textMember<Name extends string>(
  name: Name,
  value: Json | undefined,
): { readonly [name in Name]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as { [name in Name]: string }) : {};
}

function namedPatch(setting: string, members: Members): readonly object[] {
  return members.length === 0 ? [] : [{ [setting]: Object.fromEntries(members) }];
}

function staticsIn(fields: Fields): Members {
  return prefixed(fields, 'static.').map(([name, value]) => [name, { type: typeOf(value), value }]);
}

function prefixed(fields: Fields, prefix: string): Members {
  return Object.entries(fields).flatMap(([column, value]) =>
    column.startsWith(prefix) ? [[column.slice(prefix.length), value] as const] : [],
  );
}

function locationOf(lat: Json | undefined, lon: Json | undefined): { readonly attributes: Members } | Fault {
  if (lat === undefined && lon === undefined) return { attributes: [] };
  if (!isWithin(lat, 90)) return { field: 'lat', reason: outside('lat', lat, 90) };
  if (!isWithin(lon, 180)) return { field: 'lon', reason: outside('lon', lon, 180) };
  const value = { type: 'Point', coordinates: [lon, lat] };
  return { attributes: [['location', { type: 'geo:json', value }]] };
}

function isWithin(degrees: Json | undefined, most: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= most;
}

function outside(field: string, told: Json | undefined, most: number): string {
  const what = told === undefined ? 'is missing' : `is ${JSON.stringify(told)}`;
  return `${field} ${what}: it must be degrees from -${most} to ${most}, and lat and lon come together`;
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
