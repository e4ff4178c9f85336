import { describe, expect, it } from '@jest/globals';
import { isWithinDistance, metresApart, metresBetween } from '../../../../broker/domain/geometry/distance.ts';
import type { Geometry } from '../../../../broker/domain/geometry/geometry.ts';
import { toShape } from '../../../../broker/domain/geometry/shape.ts';
import { EARTH_RADIUS } from '../../../../broker/domain/geometry/stretches.ts';
import { box, line, pointAt, points, polygon } from './geometries.ts';

const degree = (EARTH_RADIUS * Math.PI) / 180;

describe('the distance of two positions in metres', () => {
  it.each([
    ['Brussels to Ghent', 4.3517, 50.8503, 3.7174, 51.0543, 49_930],
    ['a degree of latitude', 0, 0, 0, 1, degree],
    ['a degree of longitude at 60 degrees', 0, 60, 1, 60, degree * 0.49998],
    ['over the antimeridian', 179.5, 0, -179.5, 0, degree],
    ['over the pole', 0, 89.5, 180, 89.5, degree],
    ['to the other side of the globe', 0, 0, 180, 0, 180 * degree],
    ['none', 4, 51, 4, 51, 0],
    ['a centimetre', 0, 0, 0, 9e-8, 0.01],
  ])('%s', (_what, x1, y1, x2, y2, metres) => {
    const distance = metresBetween(x1, y1, x2, y2);
    expect(Math.abs(distance - metres)).toBeLessThanOrEqual(Math.max(metres * 1e-3, 1e-3));
  });
});

describe('the distance of two geometries (clauses 4.10, 4.23)', () => {
  const square = polygon(box(0, 0, 1, 1));

  it.each<readonly [what: string, one: Geometry, other: Geometry, metres: number]>([
    ['points', pointAt(0, 0), pointAt(0, 1), degree],
    ['the nearest of several points', points([50, 50], [0, 1]), pointAt(0, 0), degree],
    ['a point beside a line', pointAt(5, 1), line([0, 0], [10, 0]), degree],
    ['a point before the end of a line', pointAt(-1, 0), line([0, 0], [10, 0]), degree],
    ['a point beside a polygon', pointAt(2, 0.5), square, degree * Math.cos((0.5 * Math.PI) / 180)],
    ['polygons apart', square, polygon(box(2, 0, 3, 0.00001)), degree],
    ['over the antimeridian', pointAt(-179.5, 0), line([179.5, -1], [179.5, 1]), degree],
    ['long lines side by side', line([0, 0], [40, 0]), line([0, 1], [40, 1]), degree],
    ['over the pole', pointAt(0, 89), line([179, 89], [-179, 89]), 2 * degree],
  ])('%s', (_what, one, other, metres) => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(isWithinDistance(toShape(first), toShape(second), metres * 1.002)).toBe(true);
      expect(isWithinDistance(toShape(first), toShape(second), metres * 0.998)).toBe(false);
      expect(metresApart(toShape(first), toShape(second)) / metres).toBeCloseTo(1, 2);
    }
  });

  it('ends where points lie in one place, and where there are none', () => {
    const [here, heap] = [toShape(pointAt(4, 51)), toShape(points([4, 52], [4, 52], [4, 52]))];
    expect(metresApart(here, heap) / degree).toBeCloseTo(1, 6);
    expect(metresApart(heap, here) / degree).toBeCloseTo(1, 6);
    expect(metresApart(heap, heap)).toBe(0);
    expect(isWithinDistance(here, toShape(points()), 1e9)).toBe(false);
  });

  it('ends where many points lie in one place beside lines', () => {
    const heap = toShape(points(...Array.from({ length: 100 }, () => [10, 10])));
    const zigzag = toShape(
      line(...Array.from({ length: 100 }, (_, at) => [at % 2 === 0 ? 11 : 50, at / 10])),
    );
    expect(metresApart(heap, zigzag) / degree).toBeCloseTo(1.005, 3);
    expect(metresApart(zigzag, heap)).toBe(metresApart(heap, zigzag));
    expect(isWithinDistance(zigzag, heap, degree * 1.01)).toBe(true);
  });

  it.each<readonly [what: string, one: Geometry]>([
    ['a point inside', pointAt(0.5, 0.5)],
    ['a point on the border', pointAt(0, 0.5)],
    ['a line that crosses', line([-1, 0.5], [2, 0.5])],
    ['a polygon around', polygon(box(-1, -1, 2, 2))],
  ])('no distance at all: %s', (_what, one) => {
    expect(isWithinDistance(toShape(one), toShape(square), 0.001)).toBe(true);
    expect(isWithinDistance(toShape(square), toShape(one), 0.001)).toBe(true);
    expect(metresApart(toShape(one), toShape(square))).toBe(0);
  });
});
