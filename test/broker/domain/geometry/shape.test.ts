import { describe, expect, it } from '@jest/globals';
import type { Geometry } from '../../../../broker/domain/geometry/geometry.ts';
import { boxesOf, toShape } from '../../../../broker/domain/geometry/shape.ts';
import { box, line, lines, pointAt, points, polygon, polygons } from './geometries.ts';

describe('boxes of a geometry', () => {
  it.each<[string, Geometry]>([
    ['a Point', pointAt(190, 91)],
    ['a MultiPoint', points([1, 2], [-179, 3])],
    ['a line across the antimeridian', line([170, 1], [-170, 2], [-160, 0])],
    [
      'lines',
      lines(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [179, 0],
          [-179, 1],
        ],
      ),
    ],
    ['a polygon with a hole', polygon(box(0, 0, 10, 10), box(2, 2, 4, 4))],
    [
      'a polygon around a pole',
      polygon([
        [-180, 80],
        [-90, 80],
        [0, 80],
        [90, 80],
        [180, 80],
        [-180, 80],
      ]),
    ],
    ['polygons', polygons([box(0, 0, 1, 1)], [box(179, -1, -179, 1)])],
  ])('are those of its shape: %s', (_, geometry) => {
    expect(boxesOf(geometry)).toEqual(toShape(geometry).boxes);
  });

  it('unroll what crosses the antimeridian, and reach the pole that is gone around', () => {
    expect(boxesOf(line([170, 1], [-170, 2]))).toEqual([{ west: 170, south: 1, east: 190, north: 2 }]);
    expect(
      boxesOf(
        polygon([
          [0, 80],
          [120, 80],
          [240, 80],
          [360, 80],
        ]),
      )[0]?.north,
    ).toBe(90);
  });
});
