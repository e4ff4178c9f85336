import type { Json, JsonObject } from './entity.ts';
import { badRequest } from './errors.ts';
import { parseJson } from './json-text.ts';
import { numericValue } from './number-text.ts';

/** A check of the coordinates of one kind of geometry: gives them back with every number as a double, or throws. */
type CoordinatesCheck = (coordinates: Json, path: string) => Json;

/** The geometries of clause 4.7.1: all of RFC 7946 but the GeometryCollection. */
const COORDINATES: ReadonlyMap<string, CoordinatesCheck> = new Map<string, CoordinatesCheck>([
  ['Point', position],
  ['MultiPoint', listOf(position, 0)],
  ['LineString', listOf(position, 2)],
  ['MultiLineString', listOf(listOf(position, 2), 0)],
  ['Polygon', listOf(ring, 1)],
  ['MultiPolygon', listOf(listOf(ring, 1), 0)],
]);

/** True when the object says that it is a GeoJSON geometry, be it a valid one or not. */
export function looksLikeGeometry(value: Json | undefined): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { type, coordinates } = value as JsonObject;
  if (typeof type !== 'string') return false;
  return type === 'GeometryCollection' || (COORDINATES.has(type) && coordinates !== undefined);
}

/**
 * A valid GeoJSON geometry (clauses 4.6.3, 4.7): as it was given, or as the JSON text of one. Rings are closed and
 * have four positions or more; a ring may cross itself. Longitudes may go on behind the antimeridian, as RFC 7946
 * allows, by a whole turn at most.
 * @throws NgsiLdError BadRequestData that names the part which is wrong.
 */
export function requireGeometry(value: Json, what: string): JsonObject {
  const geometry = typeof value === 'string' ? parseText(value, what) : value;
  if (typeof geometry !== 'object' || geometry === null || Array.isArray(geometry)) {
    throw badRequest(`${what} is not a GeoJSON geometry: write an object with type and coordinates`);
  }
  const { type, coordinates } = geometry as JsonObject;
  const check = typeof type === 'string' ? COORDINATES.get(type) : undefined;
  if (check === undefined) {
    throw badRequest(
      `${what} has no geometry type that is supported: use one of ${[...COORDINATES.keys()].join(', ')}`,
    );
  }
  if (coordinates === undefined) throw badRequest(`${what} has no coordinates: a ${type} needs them`);
  const checked = check(coordinates, `coordinates of ${what}`);
  return checked === coordinates
    ? (geometry as JsonObject)
    : { ...(geometry as JsonObject), coordinates: checked };
}

function parseText(text: string, what: string): Json {
  try {
    return parseJson(text);
  } catch {
    throw badRequest(`${what} is a string that holds no GeoJSON geometry: write the geometry as an object`);
  }
}

function position(value: Json, path: string): Json {
  if (!Array.isArray(value) || value.length < 2 || value.length > 4) {
    throw badRequest(
      `${path} is not a position: write [longitude, latitude] or [longitude, latitude, altitude]`,
    );
  }
  const numbers = value.every(isNumber) ? (value as readonly number[]) : withDoubles(value, path);
  const [longitude = 0, latitude = 0] = numbers;
  if (Math.abs(longitude) <= 540 && Math.abs(latitude) <= 90) return numbers;
  throw badRequest(
    `${path} has the position ${JSON.stringify(numbers)}, which is not on the globe: write [longitude, latitude]`,
  );
}

function isNumber(value: Json): boolean {
  return typeof value === 'number';
}

/** Coordinates written with more digits than a double has are as good as their double. */
function withDoubles(value: readonly Json[], path: string): readonly number[] {
  return value.map((number) => {
    const double = numericValue(number);
    if (double !== undefined && Number.isFinite(double)) return double;
    throw badRequest(`${path} holds something else than finite numbers: write [longitude, latitude]`);
  });
}

function listOf(check: CoordinatesCheck, atLeast: number): CoordinatesCheck {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < atLeast) {
      throw badRequest(`${path} is not an array of ${atLeast === 0 ? '' : `${atLeast} or more `}parts`);
    }
    let copy: Json[] | undefined;
    for (let at = 0; at < value.length; at++) {
      const part = value[at] as Json;
      const checked = check(part, path);
      if (checked !== part) {
        copy ??= [...value];
        copy[at] = checked;
      }
    }
    return copy ?? value;
  };
}

function ring(value: Json, path: string): Json {
  const positions = listOf(position, 4)(value, `a ring in the ${path}`) as readonly (readonly number[])[];
  const first = positions[0] as readonly number[];
  const last = positions.at(-1) as readonly number[];
  if (first.every((number, axis) => number === last[axis])) return positions;
  throw badRequest(`a ring in the ${path} is not closed: end it with the position that it begins with`);
}
