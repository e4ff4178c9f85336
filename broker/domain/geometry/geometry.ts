/** Longitude and latitude in degrees (WGS 84), then perhaps an altitude, which no relation looks at. */
export type Position = readonly number[];

/** The GeoJSON geometries of clause 4.7.1: all of RFC 7946 section 1.4 but the GeometryCollection. */
export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'MultiPoint'; readonly coordinates: readonly Position[] }
  | { readonly type: 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'MultiLineString'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Position[])[])[] };
