import type { Geometry, Position } from '../../../../broker/domain/geometry/geometry.ts';

type Ring = readonly Position[];

export const pointAt = (...coordinates: number[]): Geometry => ({ type: 'Point', coordinates });
export const points = (...coordinates: Position[]): Geometry => ({ type: 'MultiPoint', coordinates });
export const line = (...coordinates: Position[]): Geometry => ({ type: 'LineString', coordinates });
export const lines = (...coordinates: Ring[]): Geometry => ({ type: 'MultiLineString', coordinates });
export const polygon = (...coordinates: Ring[]): Geometry => ({ type: 'Polygon', coordinates });
export const polygons = (...coordinates: Ring[][]): Geometry => ({ type: 'MultiPolygon', coordinates });

/** The ring around a box; east may be less than west, then it crosses the antimeridian. */
export const box = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
