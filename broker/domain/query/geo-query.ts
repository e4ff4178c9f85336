import type { Json } from '../entity.ts';
import { badRequest, NgsiLdError } from '../errors.ts';
import { requireGeometry } from '../geojson.ts';
import type { Geometry } from '../geometry/geometry.ts';
import { parseJson } from '../json-text.ts';
import type { Vocabulary } from '../vocabulary.ts';

/** A geospatial relationship (clause 4.10); `far` is `near` with minDistance. Distances in metres. */
export type GeoRelation =
  | { readonly kind: 'near'; readonly maxDistance: number }
  | { readonly kind: 'far'; readonly minDistance: number }
  | { readonly kind: 'within' }
  | { readonly kind: 'contains' }
  | { readonly kind: 'overlaps' }
  | { readonly kind: 'intersects' }
  | { readonly kind: 'equals' }
  | { readonly kind: 'disjoint' };

/** A parsed geoquery (clause 4.10): the target GeoProperty must stand in this relation to the reference geometry. */
export interface GeoQuery {
  /** IRIs of the path to the GeoProperty: an Attribute, a sub-Attribute and so on. */
  readonly path: readonly string[];
  readonly relation: GeoRelation;
  readonly geometry: Geometry;
}

/** The parameters of a geoquery as they come: from a URL, or as members of a GeoQuery object (clause 5.2.13). */
export interface GeoQueryParameters {
  readonly georel?: Json | undefined;
  readonly geometry?: Json | undefined;
  /** An array, or its JSON text. */
  readonly coordinates?: Json | undefined;
  readonly geoproperty?: Json | undefined;
}

const plainRelations = ['within', 'contains', 'overlaps', 'intersects', 'equals', 'disjoint'] as const;
const near = /^near;\s*(maxDistance|minDistance)==(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const mostPositions = 10_000;

/**
 * Parses a geoquery; undefined when none of georel, geometry and coordinates is there (then geoproperty is ignored).
 * @throws NgsiLdError BadRequestData when one of the three is missing or wrong; TooComplexQuery when the reference
 * geometry has more than 10,000 positions.
 */
export function parseGeoQuery(parameters: GeoQueryParameters, vocabulary: Vocabulary): GeoQuery | undefined {
  const { georel, geometry, coordinates, geoproperty } = parameters;
  if (georel === undefined && geometry === undefined && coordinates === undefined) return undefined;
  return {
    relation: parseRelation(required(georel, 'georel')),
    geometry: parseReference(
      required(geometry, 'geometry'),
      required(coordinates, 'coordinates'),
      'the geometry of the geoquery',
    ),
    path: parsePath(geoproperty, vocabulary),
  };
}

function required(value: Json | undefined, name: string): Json {
  if (value !== undefined) return value;
  throw badRequest(`${name} is missing: a geoquery needs georel, geometry and coordinates together`);
}

function parseRelation(georel: Json): GeoRelation {
  const plain = plainRelations.find((kind) => kind === georel);
  if (plain !== undefined) return { kind: plain } as GeoRelation;
  const [, modifier, text] = (typeof georel === 'string' ? near.exec(georel) : null) ?? [];
  const metres = Number(text);
  if (!(metres > 0 && Number.isFinite(metres))) {
    throw badRequest(
      `georel ${JSON.stringify(georel)} is none of ${plainRelations.join(', ')}, near;maxDistance==x and near;minDistance==x, where x is a number of metres above 0`,
    );
  }
  return modifier === 'maxDistance'
    ? { kind: 'near', maxDistance: metres }
    : { kind: 'far', minDistance: metres };
}

/**
 * Parses a reference geometry from its type and its coordinates, an array or its JSON text.
 * @param what names the geometry in messages
 * @throws NgsiLdError BadRequestData; TooComplexQuery for more than 10,000 positions
 */
export function parseReference(type: Json, coordinates: Json, what: string): Geometry {
  const parsed = typeof coordinates === 'string' ? parseCoordinates(coordinates, what) : coordinates;
  const geometry = requireGeometry({ type, coordinates: parsed }, what);
  checkPositions(geometry as unknown as Geometry, what);
  return geometry as unknown as Geometry;
}

function parseCoordinates(text: string, what: string): Json {
  try {
    return parseJson(text);
  } catch {
    throw badRequest(`coordinates is not a JSON array, in ${what}: write for example [4.35,50.85]`);
  }
}

/** Bounds what one query may cost. */
function checkPositions({ type, coordinates }: Geometry, what: string): void {
  const depth = { Point: 0, MultiPoint: 1, LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3 }[
    type
  ];
  const count = depth === 0 ? 1 : coordinates.flat(depth - 1).length;
  if (count <= mostPositions) return;
  throw new NgsiLdError(
    'TooComplexQuery',
    `${what} has ${count} positions; at most ${mostPositions} are allowed`,
  );
}

function parsePath(geoproperty: Json | undefined, vocabulary: Vocabulary): readonly string[] {
  if (geoproperty === undefined || geoproperty === '') return [vocabulary.expand('location')];
  if (typeof geoproperty !== 'string') throw badRequest('geoproperty is not a string: name a GeoProperty');
  // A full IRI has dots of its own.
  const names = geoproperty.includes('://') ? [geoproperty] : geoproperty.split('.');
  if (names.includes('')) throw badRequest(`geoproperty ${JSON.stringify(geoproperty)} has an empty name`);
  return names.map((name) => vocabulary.expand(name));
}
