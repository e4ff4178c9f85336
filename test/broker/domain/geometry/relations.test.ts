import { describe, expect, it } from '@jest/globals';
import type { Geometry } from '../../../../broker/domain/geometry/geometry.ts';
import { intersects, isEqual, isWithin, overlaps } from '../../../../broker/domain/geometry/relations.ts';
import { toShape } from '../../../../broker/domain/geometry/shape.ts';
import { box, line, lines, pointAt, points, polygon, polygons } from './geometries.ts';

const square = polygon(box(0, 0, 10, 10));
const withHole = polygon(box(0, 0, 10, 10), box(4, 4, 6, 6));
/** Two triangles that meet in (5, 5): the left one and the right one are inside, above and below are not. */
const bowTie = polygon([
  [0, 0],
  [10, 10],
  [10, 0],
  [0, 10],
  [0, 0],
]);
const pacific = polygon(box(170, -10, -170, 10));
const unrolled = polygon(box(170, -10, 190, 10));
const arctic = polygon([
  [0, 80],
  [90, 80],
  [180, 80],
  [-90, 80],
  [0, 80],
]);

type Row = readonly [
  what: string,
  one: Geometry,
  other: Geometry,
  expected: 'within' | 'overlaps' | 'intersects' | 'disjoint' | 'equals',
];

const rows: readonly Row[] = [
  ['a point inside a polygon', pointAt(5, 5), square, 'within'],
  ['a point on its border', pointAt(0, 5), square, 'intersects'],
  ['a point at its corner', pointAt(0, 0), square, 'intersects'],
  ['a point outside', pointAt(11, 5), square, 'disjoint'],
  ['a point in a hole', pointAt(5, 5), withHole, 'disjoint'],
  ['a point on the border of a hole', pointAt(4, 5), withHole, 'intersects'],
  ['a point between hole and border', pointAt(2, 2), withHole, 'within'],
  ['a point in the left wing of a ring that crosses itself', pointAt(2, 5), bowTie, 'within'],
  ['a point in its right wing', pointAt(8, 5), bowTie, 'within'],
  ['a point above the crossing', pointAt(5, 8), bowTie, 'disjoint'],
  ['a point and itself', pointAt(1, 2), pointAt(1, 2, 99), 'equals'],
  ['a point and itself a turn further', pointAt(-179, 2), pointAt(181, 2), 'equals'],
  ['points of which some are others', points([0, 0], [1, 1]), points([1, 1], [2, 2]), 'overlaps'],
  ['points in another order', points([0, 0], [1, 1]), points([1, 1], [0, 0]), 'equals'],
  ['a point on a line', pointAt(5, 5), line([0, 0], [10, 10]), 'within'],
  ['a point at the end of a line', pointAt(0, 0), line([0, 0], [10, 10]), 'intersects'],
  ['a point where a closed line begins', pointAt(0, 0), line(...box(0, 0, 1, 1)), 'within'],
  ['a point beside a line', pointAt(5, 5.001), line([0, 0], [10, 10]), 'disjoint'],
  ['a line inside a polygon', line([1, 1], [9, 9]), square, 'within'],
  ['a line on its border', line([0, 1], [0, 9]), square, 'intersects'],
  ['a line from border to border', line([0, 5], [10, 5]), square, 'within'],
  ['a line through a hole', line([1, 5], [9, 5]), withHole, 'intersects'],
  ['a line that leaves the polygon', line([5, 5], [15, 5]), square, 'intersects'],
  ['a line that touches a corner', line([-1, 1], [1, -1]), square, 'intersects'],
  ['lines that cross', line([0, 0], [2, 2]), line([0, 2], [2, 0]), 'intersects'],
  ['lines that share a part', line([0, 0], [2, 0]), line([1, 0], [3, 0]), 'overlaps'],
  [
    'a line cut in two',
    line([0, 0], [2, 0]),
    lines(
      [
        [0, 0],
        [1, 0],
      ],
      [
        [1, 0],
        [2, 0],
      ],
    ),
    'equals',
  ],
  ['a line written backwards', line([0, 0], [1, 1], [2, 0]), line([2, 0], [1, 1], [0, 0]), 'equals'],
  ['a part of a line', line([0.5, 0], [1, 0]), line([0, 0], [2, 0]), 'within'],
  ['a polygon inside another', polygon(box(1, 1, 2, 2)), square, 'within'],
  ['a polygon inside that shares a border', polygon(box(0, 0, 5, 10)), square, 'within'],
  ['a polygon around a hole', polygon(box(3, 3, 7, 7)), withHole, 'overlaps'],
  ['a polygon that fills a hole', polygon(box(4, 4, 6, 6)), withHole, 'intersects'],
  ['polygons that overlap', polygon(box(5, 5, 15, 15)), square, 'overlaps'],
  ['polygons that share a border', polygon(box(10, 0, 20, 10)), square, 'intersects'],
  ['polygons that share a corner', polygon(box(10, 10, 20, 20)), square, 'intersects'],
  ['polygons apart', polygon(box(11, 11, 20, 20)), square, 'disjoint'],
  [
    'a polygon that begins elsewhere',
    polygon([
      [10, 10],
      [0, 10],
      [0, 0],
      [10, 0],
      [10, 10],
    ]),
    square,
    'equals',
  ],
  ['a polygon in two halves', polygons([box(0, 0, 5, 10)], [box(5, 0, 10, 10)]), square, 'equals'],
  [
    'a polygon over the seam of two halves',
    polygon(box(4, 4, 6, 6)),
    polygons([box(0, 0, 5, 10)], [box(5, 0, 10, 10)]),
    'within',
  ],
  [
    'a point on the seam of two halves',
    pointAt(5, 5),
    polygons([box(0, 0, 5, 10)], [box(5, 0, 10, 10)]),
    'within',
  ],
  ['a point behind the antimeridian', pointAt(-175, 0), pacific, 'within'],
  ['a point on the antimeridian', pointAt(180, 0), pacific, 'within'],
  ['a point on the far side of the globe', pointAt(0, 0), pacific, 'disjoint'],
  ['a polygon across the antimeridian, both ways to write it', pacific, unrolled, 'equals'],
  ['a line across the antimeridian', line([175, 0], [-175, 0]), pacific, 'within'],
  ['the pole in a ring around it', pointAt(0, 90), arctic, 'within'],
  ['the pole at another longitude', pointAt(123, 90), arctic, 'within'],
  ['a point near the pole', pointAt(-45, 85), arctic, 'within'],
  ['a point south of the ring', pointAt(-45, 79), arctic, 'disjoint'],
];

describe('relations of geometries (clause 4.10, ISO 19125)', () => {
  it.each(rows)('%s', (_what, first, second, expected) => {
    const [one, other] = [toShape(first), toShape(second)];
    const isRelated = expected !== 'disjoint';
    expect(intersects(one, other)).toBe(isRelated);
    expect(intersects(other, one)).toBe(isRelated);
    expect(isWithin(one, other)).toBe(expected === 'within' || expected === 'equals');
    expect(overlaps(one, other)).toBe(expected === 'overlaps');
    expect(overlaps(other, one)).toBe(expected === 'overlaps');
    expect(isEqual(one, other)).toBe(expected === 'equals');
    expect(isEqual(other, one)).toBe(expected === 'equals');
  });

  it('take long borders without effort', () => {
    const circle = (radius: number): [number, number][] =>
      Array.from({ length: 5001 }, (_, step) => {
        const angle = ((step % 5000) / 5000) * 2 * Math.PI;
        return [radius * Math.cos(angle), radius * Math.sin(angle)];
      });
    const [small, large] = [toShape(polygon(circle(9))), toShape(polygon(circle(10)))];
    expect(isWithin(small, large)).toBe(true);
    expect(isWithin(large, small)).toBe(false);
  });
});
