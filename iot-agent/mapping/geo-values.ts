import type { Json } from '../measurement.ts';

/** GeoJSON geometries, and how many lists the positions of each stand in. */
const NESTING: ReadonlyMap<Json | undefined, number> = new Map([
  ['Point', 0],
  ['MultiPoint', 1],
  ['LineString', 1],
  ['MultiLineString', 2],
  ['Polygon', 2],
  ['MultiPolygon', 3],
]);

/** Whether a value is meant to be a GeoJSON geometry: it has the members of one, whatever its coordinates are. */
export function resemblesGeometry(value: Json): value is { readonly [name: string]: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { type, coordinates } = value as { readonly [name: string]: Json };
  return NESTING.has(type) && Array.isArray(coordinates);
}

/** Whether a value is a GeoJSON geometry whose positions are on this earth. The broker checks rings and lines. */
function isGeometry(value: Json): value is { readonly [name: string]: Json } {
  return resemblesGeometry(value) && arePositions(value['coordinates'], NESTING.get(value['type']) ?? 0);
}

function arePositions(value: Json | undefined, nesting: number): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (nesting > 0) return value.every((member: Json) => arePositions(member, nesting - 1));
  const [longitude, latitude] = value;
  return (
    value.length <= 3 &&
    value.every((member) => typeof member === 'number' && Number.isFinite(member)) &&
    pointOf(longitude, latitude) !== undefined
  );
}

/** A GeoJSON geometry of a type, from itself or its coordinates. */
export function toGeometry(type: string, value: Json): Json | undefined {
  const geometry = Array.isArray(value) ? { type, coordinates: value } : value;
  return isGeometry(geometry) && geometry['type'] === type ? geometry : undefined;
}

/** A GeoJSON Point from what FIWARE devices send: `"lat, lon"`, `[lon, lat]`, or GeoJSON itself. */
export function toPoint(value: Json): Json | undefined {
  if (isGeometry(value)) return value;
  if (typeof value === 'string') return pointOfText(value);
  return Array.isArray(value) ? pointOf(value[0], value[1], value[2]) : undefined;
}

/** A GeoJSON LineString from a list of `"lat, lon"` (FIWARE `geo:line`). */
export function toLine(value: Json): Json | undefined {
  if (isGeometry(value)) return value;
  const coordinates = positions(value);
  return coordinates === undefined ? undefined : { type: 'LineString', coordinates };
}

/** A GeoJSON Polygon from the `"lat, lon"` of its closed ring (FIWARE `geo:polygon`). */
export function toPolygon(value: Json): Json | undefined {
  if (isGeometry(value)) return value;
  const ring = positions(value);
  return ring === undefined ? undefined : { type: 'Polygon', coordinates: [ring] };
}

function positions(value: Json): readonly Json[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const points = value.map((position: Json) =>
    typeof position === 'string' ? pointOfText(position)?.coordinates : undefined,
  );
  return points.every((point) => point !== undefined) ? (points as readonly Json[]) : undefined;
}

/** FIWARE writes latitude first; GeoJSON longitude. */
function pointOfText(text: string): { readonly type: string; readonly coordinates: Json } | undefined {
  const parts = text.split(',');
  if (parts.length !== 2 || parts.some((part) => part.trim() === '')) return undefined;
  return pointOf(Number(parts[1]), Number(parts[0]));
}

/** A Point at these degrees (and metres), or undefined when there is no such place. */
export function pointOf(
  longitude: Json | undefined,
  latitude: Json | undefined,
  altitude?: Json | undefined,
): { readonly type: string; readonly coordinates: Json } | undefined {
  if (!isWithin(longitude, 180) || !isWithin(latitude, 90)) return undefined;
  const height = typeof altitude === 'number' && Number.isFinite(altitude) ? [altitude] : [];
  return { type: 'Point', coordinates: [longitude, latitude, ...height] };
}

function isWithin(degrees: Json | undefined, limit: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= limit;
}
