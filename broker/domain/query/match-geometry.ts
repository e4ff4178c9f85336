import type { Json } from '../entity.ts';
import { isWithinDistance, metresBetween } from '../geometry/distance.ts';
import { withinBounds } from '../geometry/effort.ts';
import type { Geometry } from '../geometry/geometry.ts';
import { intersects, isEqual, isWithin, overlaps } from '../geometry/relations.ts';
import { type Shape, toShape } from '../geometry/shape.ts';
import type { GeoQuery, GeoRelation } from './geo-query.ts';
import type { Predicate } from './match-attributes.ts';
import { compileTargets } from './target-values.ts';

type Relation<Kind extends GeoRelation['kind']> = (
  reference: Shape,
  relation: Extract<GeoRelation, { kind: Kind }>,
) => (target: Shape) => boolean;

/** What each relation asks of a target geometry (clause 4.10). */
const relations: { readonly [Kind in GeoRelation['kind']]: Relation<Kind> } = {
  near: (reference, { maxDistance }) => near(reference, maxDistance),
  far: (reference, { minDistance }) => {
    const isNear = near(reference, minDistance);
    return (target) => !isNear(target);
  },
  within: (reference) => (target) => isWithin(target, reference),
  contains: (reference) => (target) => isWithin(reference, target),
  overlaps: (reference) => (target) => overlaps(target, reference),
  intersects: (reference) => (target) => intersects(target, reference),
  equals: (reference) => (target) => isEqual(target, reference),
  disjoint: (reference) => (target) => !intersects(target, reference),
};

/**
 * Makes the predicate of a geoquery, once for many Entities: true when some instance of the GeoProperty stands in the
 * relation. An Entity without it never matches, also with disjoint.
 * @throws NgsiLdError TooComplexQuery from the predicate, for geometries that take too long to be compared
 */
export function compileGeoQuery({ path, relation, geometry }: GeoQuery): Predicate {
  const targets = compileTargets({ names: path });
  const make = relations[relation.kind] as Relation<GeoRelation['kind']>;
  const holds = make(toShape(geometry), relation as never);
  const test = (value: Json, family: string): boolean =>
    family === 'geometry' && holds(toShape(value as unknown as Geometry));
  return (entity, evaluation) => withinBounds(entity, () => targets(entity, evaluation, test));
}

function near(reference: Shape, metres: number): (target: Shape) => boolean {
  const [only] = reference.points;
  if (only === undefined || reference.dimension !== 0 || reference.points.length > 1) {
    return (target) => isWithinDistance(target, reference, metres);
  }
  return (target) =>
    target.dimension === 0
      ? target.points.some(({ x, y }) => metresBetween(only.x, only.y, x, y) <= metres)
      : isWithinDistance(target, reference, metres);
}
