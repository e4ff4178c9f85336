import type { Geometry } from '../geometry/geometry.ts';

/** A geospatial relationship (clause 4.10); distances in metres. */
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
