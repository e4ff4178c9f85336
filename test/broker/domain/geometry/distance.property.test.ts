import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isWithinDistance, metresApart } from '../../../../broker/domain/geometry/distance.ts';
import type { Geometry, Position } from '../../../../broker/domain/geometry/geometry.ts';
import { toShape } from '../../../../broker/domain/geometry/shape.ts';

const RADIUS = 6_371_008.8;
const SAMPLES = 30;

/** On the equator, at the antimeridian, in the north, near the south pole. */
const spot = fc.constantFrom<Position>([0, 0], [180, 10], [4.35, 50.85], [-179.9, -88]);
const scale = fc.constantFrom(0.001, 0.5, 20);

function pathAround([x = 0, y = 0]: Position, size: number): fc.Arbitrary<readonly Position[]> {
  const offset = fc.integer({ min: -100, max: 100 }).map((part) => (part / 100) * size);
  const position = fc
    .tuple(offset, offset)
    .map(([east, north]): Position => [x + east, Math.max(-89.9, Math.min(89.9, y + north))]);
  return fc.array(position, { minLength: 1, maxLength: 4 });
}

const pair = fc
  .tuple(spot, scale)
  .chain(([at, size]) => fc.tuple(pathAround(at, size), pathAround(at, size)));

function geometryOf(path: readonly Position[]): Geometry {
  return path.length === 1
    ? { type: 'Point', coordinates: path[0] as Position }
    : { type: 'LineString', coordinates: path };
}

/** Points along the path, straight in longitude and latitude; none of its pieces is longer than half the globe. */
function samples(path: readonly Position[]): readonly Position[] {
  if (path.length === 1) return path;
  return path.slice(1).flatMap(([toX = 0, toY = 0], at) => {
    const [fromX = 0, fromY = 0] = path[at] as Position;
    return Array.from({ length: SAMPLES + 1 }, (_, step): Position => {
      const part = step / SAMPLES;
      return [fromX + part * (toX - fromX), fromY + part * (toY - fromY)];
    });
  });
}

function vectorOf([x = 0, y = 0]: Position): readonly [number, number, number] {
  const [longitude, latitude] = [(x * Math.PI) / 180, (y * Math.PI) / 180];
  const flat = Math.cos(latitude);
  return [flat * Math.cos(longitude), flat * Math.sin(longitude), Math.sin(latitude)];
}

/** Metres along the sphere, by the chord. */
function metres(one: Position, other: Position): number {
  const [[a, b, c], [d, e, f]] = [vectorOf(one), vectorOf(other)];
  return 2 * RADIUS * Math.asin(Math.min(1, Math.hypot(a - d, b - e, c - f) / 2));
}

/** The longest way between samples that follow each other. */
function gapOf(points: readonly Position[]): number {
  return Math.max(0, ...points.slice(1).map((point, at) => metres(points[at] as Position, point)));
}

describe('distances are those between points that lie close together on both geometries (clauses 4.10, 4.23)', () => {
  it('up to the gaps between such points', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const [points, others] = [samples(one), samples(other)];
        const sampled = Math.min(...points.flatMap((point) => others.map((near) => metres(point, near))));
        const slack = (gapOf(points) + gapOf(others)) / 2 + sampled * 1e-6 + 0.001;
        const [shape, otherShape] = [toShape(geometryOf(one)), toShape(geometryOf(other))];
        const apart = metresApart(shape, otherShape);
        expect(apart).toBeLessThanOrEqual(sampled * 1.000001 + 0.001);
        expect(apart).toBeGreaterThanOrEqual(sampled - slack);
        const little = 0.01 + apart * 2e-6;
        expect(Math.abs(metresApart(otherShape, shape) - apart)).toBeLessThan(little);
        expect(isWithinDistance(shape, otherShape, apart + little)).toBe(true);
        expect(isWithinDistance(shape, otherShape, apart - little)).toBe(apart === 0);
      }),
      { numRuns: 300 },
    );
  });
});
