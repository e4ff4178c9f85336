import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../measurement.ts';
import type { DeviceRecord } from '../registry/registry.ts';
import { freeValue, guarded, jsonOf, typeOf } from './cells.ts';
import { columnKinds } from './columns.ts';

/** Devices, some at a time, as often as they are asked for. */
type Pages = () => AsyncIterable<readonly DeviceRecord[]>;

type Cells = ReadonlyMap<string, string>;

/** What a name for people, and the request, say. */
const notExported: ReadonlySet<string> = new Set(['name', 'tenant', 'settings']);

/**
 * A CSV file of the devices that an import takes again: the header has the columns that at least one device needs. What has no column of
 * its own stands as JSON in `static_attributes`, `internal_attributes` and `settings`.
 */
export async function* exportDevices(pages: Pages): AsyncGenerator<string> {
  const used = new Set<string>(['device_id']);
  for await (const page of pages())
    for (const record of page) for (const column of cellsOf(record).keys()) used.add(column);
  const columns = ordered(used);
  const known = new Set(columns);
  yield `\uFEFF${line(columns)}`;
  for await (const page of pages()) {
    // What was registered in between may need columns that the header does not have.
    const lines = page.map((record) => {
      const cells = cellsOf(record, known);
      return line(columns.map((column) => cells.get(column) ?? ''));
    });
    yield lines.join('');
  }
}

/** Those with a fixed name first, in the order of the table. */
function ordered(used: ReadonlySet<string>): readonly string[] {
  const fixed = Object.keys(columnKinds);
  const free = [...used].filter((column) => !fixed.includes(column)).sort();
  return [...fixed.filter((column) => used.has(column)), ...free];
}

function line(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(guarded(cell))).join(',')}\r\n`;
}

function quoted(cell: string): string {
  return /[",;\r\n\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The cells of a device; with `known`, only those columns may be used. */
function cellsOf({ settings }: DeviceRecord, known?: ReadonlySet<string>): Cells {
  const cells = new Map<string, string>();
  const others = new Map<string, Json>();
  const isUsable = (column: string): boolean => known === undefined || known.has(column);
  for (const [name, value] of Object.entries(settings) as [string, Json][]) {
    if (name === 'static_attributes' && Array.isArray(value)) addStatics(cells, value, isUsable);
    else if (name === 'internal_attributes' && isFields(value)) addInternals(cells, value, isUsable);
    else if (!addSetting(cells, name, value, isUsable)) others.set(name, value);
  }
  addRest(cells, 'settings', others);
  return cells;
}

function addSetting(cells: CellMap, name: string, value: Json, isUsable: IsUsable): boolean {
  const text = notExported.has(name) || !isUsable(name) ? undefined : cellText(name, value);
  if (text !== undefined) cells.set(name, text);
  return text !== undefined;
}

/** The text from which an import makes the value; undefined where there is none. */
function cellText(column: string, value: Json): string | undefined {
  switch (columnKinds[column]) {
    case 'text':
      return typeof value === 'string' && value !== '' && value === value.trim() ? value : undefined;
    case 'json':
      return JSON.stringify(value);
    case 'loose':
      return typeof value === 'string' && value !== '' && jsonOf(value) === undefined
        ? value
        : JSON.stringify(value);
    default:
      return undefined;
  }
}

type Fields = { readonly [name: string]: Json };
type CellMap = Map<string, string>;
type IsUsable = (column: string) => boolean;

/** Fixed attributes in columns of their own where a value says all; the others by name, or as a list where a name is there twice. */
function addStatics(cells: CellMap, list: readonly Json[], isUsable: IsUsable): void {
  const entries = list.filter(isFields);
  const names = new Set(entries.map(({ name }) => name));
  if (names.size !== list.length || list.length === 0)
    return void cells.set('static_attributes', JSON.stringify(list));
  const rest = new Map<string, Json>();
  for (const entry of entries) {
    const { name, ...said } = entry;
    if (!addPlace(cells, entry, isUsable) && !addStatic(cells, entry, isUsable)) rest.set(String(name), said);
  }
  addRest(cells, 'static_attributes', rest);
}

/** What has no column of its own, by name. */
function addRest(cells: CellMap, column: string, rest: ReadonlyMap<string, Json>): void {
  if (rest.size > 0) cells.set(column, JSON.stringify(Object.fromEntries(rest)));
}

function addPlace(cells: CellMap, entry: Fields, isUsable: IsUsable): boolean {
  const coordinates = isFields(entry['value']) ? entry['value']['coordinates'] : undefined;
  const [lon, lat] = Array.isArray(coordinates) ? (coordinates as readonly Json[]) : [];
  const value = { type: 'Point', coordinates: [lon, lat] };
  const isPlace =
    isUsable('lat') &&
    isUsable('lon') &&
    [lon, lat].every((degrees) => typeof degrees === 'number') &&
    isDeepStrictEqual(entry, { name: 'location', type: 'geo:json', value });
  if (isPlace) cells.set('lat', String(lat)).set('lon', String(lon));
  return isPlace;
}

function addStatic(cells: CellMap, entry: Fields, isUsable: IsUsable): boolean {
  const { name, type, value, ...more } = entry;
  const column = `static.${name}`;
  const text = freeText(value);
  const isPlain = Object.keys(more).length === 0 && value !== undefined && type === typeOf(value);
  if (!isPlain || text === undefined || !isHeader(String(name)) || !isUsable(column)) return false;
  cells.set(column, text);
  return true;
}

function addInternals(cells: CellMap, fields: Fields, isUsable: IsUsable): void {
  const rest = new Map<string, Json>();
  for (const [name, value] of Object.entries(fields)) {
    const text = freeText(value);
    if (text === undefined || !isHeader(name) || !isUsable(`internal.${name}`)) rest.set(name, value);
    else cells.set(`internal.${name}`, text);
  }
  if (Object.keys(fields).length === 0) cells.set('internal_attributes', '{}');
  addRest(cells, 'internal_attributes', rest);
}

/** Whether a name comes back from a header as it is. */
function isHeader(name: string): boolean {
  return name !== '' && name === name.trim();
}

/** The text of a cell of free form that means the value; undefined where none does. */
function freeText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  const text = String(value);
  const isWhole = text !== '' && text === text.trim();
  return isWhole && freeValue(text, false) === value ? text : undefined;
}

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
