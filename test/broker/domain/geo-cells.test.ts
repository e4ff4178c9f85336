import { describe, expect, it } from '@jest/globals';
import { cellsCovering, cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import type { GeoQuery, GeoRelation } from '../../../broker/domain/query/geo-query.ts';
import { canBeFound } from './geometry/can-be-found.ts';
import { box, line, pointAt, points, polygon } from './geometry/geometries.ts';

const within: GeoRelation = { kind: 'within' };
const query = (relation: GeoRelation, geometry: Geometry): GeoQuery => ({ path: [], relation, geometry });
const near = (metres: number, x: number, y: number): GeoQuery =>
  query({ kind: 'near', maxDistance: metres }, pointAt(x, y));

describe('the cells that an Entity is stored under', () => {
  it('are one at the last level for a Point, the same wherever its longitude is counted from', () => {
    const [token, ...more] = cellsOf(pointAt(4.35, 50.85));
    expect(token).toMatch(/^[0-3]{20}$/);
    expect(more).toEqual([]);
    expect(cellsOf(pointAt(364.35, 50.85))).toEqual([token]);
  });

  it.each<readonly [string, Geometry]>([
    ['a long line', line([-100, -60], [100, 60])],
    ['a polygon across the antimeridian', polygon(box(170, -10, -170, 10))],
    [
      'points all over the globe',
      points(...Array.from({ length: 100 }, (_, at) => [at * 3.5 - 175, (at % 17) * 10 - 80])),
    ],
    ['the whole globe', polygon(box(-180, -90, 180, 90))],
  ])('are at most eight for %s', (_what, geometry) => {
    expect(cellsOf(geometry).length).toBeLessThanOrEqual(8);
    expect(cellsOf(geometry).length).toBeGreaterThan(0);
  });

  it.each([
    [180, 90],
    [-180, -90],
    [0, 0],
    [-180, 90],
  ])('hold the ends of the globe: [%d, %d]', (x, y) => {
    expect(cellsOf(pointAt(x, y))).toEqual([expect.stringMatching(/^[0-3]{20}$/)]);
  });
});

describe('the cells that a geoquery looks up', () => {
  it.each<GeoRelation>([{ kind: 'disjoint' }, { kind: 'far', minDistance: 5 }])(
    'are unknown for $kind',
    (relation) => {
      expect(cellsCovering(query(relation, pointAt(0, 0)))).toBeUndefined();
    },
  );

  it('are few, small ones for a small area', () => {
    const cover = cellsCovering(near(100, 4.35, 50.85));
    expect(cover?.cells.length).toBeLessThanOrEqual(64);
    expect(Math.min(...(cover?.cells ?? []).map(({ length }) => length))).toBeGreaterThan(14);
    expect(new Set(cover?.enclosing).size).toBe(cover?.enclosing.length);
  });

  it.each<readonly [what: string, query: GeoQuery, stored: Geometry]>([
    ['across the antimeridian', near(50_000, 179.9, 0), pointAt(-179.9, 0)],
    ['on the antimeridian, counted the other way', near(1, 180, 10), pointAt(-180, 10)],
    ['across the pole', near(50_000, 0, 89.9), pointAt(180, 89.9)],
    ['at the pole, whatever its longitude', near(1, 0, 90), pointAt(77, 90)],
    ['on the border of four cells', near(1, 0, 0), pointAt(0, 0)],
    ['in an area across the antimeridian', query(within, polygon(box(170, -10, -170, 10))), pointAt(-175, 5)],
    [
      'an area across the antimeridian',
      query({ kind: 'contains' }, pointAt(175, 0)),
      polygon(box(170, -10, 190, 10)),
    ],
    [
      'around the pole',
      query(
        within,
        polygon([
          [0, 80],
          [120, 80],
          [-120, 80],
          [0, 80],
        ]),
      ),
      pointAt(-60, 85),
    ],
    ['on the border of the area', query({ kind: 'intersects' }, polygon(box(1, 1, 2, 2))), pointAt(2, 2)],
    [
      'a line that is far longer than the area',
      query({ kind: 'intersects' }, polygon(box(1, 1, 1.001, 1.001))),
      line([-90, 1.0005], [90, 1.0005]),
    ],
  ])('hold what matches %s', (_what, geoQuery, geometry) => {
    expect(canBeFound(geoQuery, geometry)).toEqual({ matches: true, isFound: true });
  });

  it('leave out what is far away', () => {
    expect(canBeFound(near(1000, 4.35, 50.85), pointAt(4.5, 50.85))).toEqual({
      matches: false,
      isFound: false,
    });
  });
});
