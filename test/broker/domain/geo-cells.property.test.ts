import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Geometry, Position } from '../../../broker/domain/geometry/geometry.ts';
import type { GeoRelation } from '../../../broker/domain/query/geo-query.ts';
import { canBeFound } from './geometry/can-be-found.ts';

/** Around one spot, so that something matches: at the origin, on the antimeridian, at and near the poles. */
const spots: readonly Position[] = [
  [0, 0],
  [180, 0],
  [-180, 45],
  [4.35, 50.85],
  [0, 90],
  [90, 89.9],
  [10, -90],
];
const size = fc.constantFrom(1e-6, 0.001, 0.1, 5, 40);
const offset = fc.double({ min: -1, max: 1, noNaN: true });

function around([x = 0, y = 0]: Position, scale: number): fc.Arbitrary<Position> {
  return fc
    .tuple(offset, offset)
    .map(([dx, dy]): Position => [x + dx * scale, Math.max(-90, Math.min(90, y + dy * scale))]);
}

function geometryAround(spot: Position, scale: number): fc.Arbitrary<Geometry> {
  const position = around(spot, scale);
  const path = fc.array(position, { minLength: 2, maxLength: 5 });
  const ring = fc
    .array(position, { minLength: 3, maxLength: 6 })
    .map((positions) => [...positions, positions[0] as Position]);
  return fc.oneof(
    position.map((coordinates): Geometry => ({ type: 'Point', coordinates })),
    path.map((coordinates): Geometry => ({ type: 'MultiPoint', coordinates })),
    path.map((coordinates): Geometry => ({ type: 'LineString', coordinates })),
    fc
      .array(path, { minLength: 1, maxLength: 3 })
      .map((coordinates): Geometry => ({ type: 'MultiLineString', coordinates })),
    fc
      .array(ring, { minLength: 1, maxLength: 2 })
      .map((coordinates): Geometry => ({ type: 'Polygon', coordinates })),
    fc
      .array(fc.array(ring, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
      .map((coordinates): Geometry => ({ type: 'MultiPolygon', coordinates })),
  );
}

const relation: fc.Arbitrary<GeoRelation> = fc.oneof(
  fc
    .constantFrom(1, 100, 10_000, 1_000_000, 15_000_000)
    .map((maxDistance): GeoRelation => ({ kind: 'near', maxDistance })),
  fc
    .constantFrom('within', 'contains', 'overlaps', 'intersects', 'equals')
    .map((kind) => ({ kind }) as GeoRelation),
);

const scene = fc
  .constantFrom(...spots)
  .chain((spot) =>
    fc
      .tuple(size, size)
      .chain(([scale, other]) =>
        fc.tuple(geometryAround(spot, scale), geometryAround(spot, other), relation),
      ),
  );

describe('the cells of a geoquery', () => {
  it('hold every Entity that matches it, wherever on the globe', () => {
    let matched = 0;
    fc.assert(
      fc.property(scene, ([geometry, reference, related]) => {
        const { matches, isFound } = canBeFound(
          { path: [], relation: related, geometry: reference },
          geometry,
        );
        if (!matches) return;
        matched++;
        expect(isFound).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(matched).toBeGreaterThan(200);
  });
});
