import { describe, expect, it } from '@jest/globals';
import { isWithinDistance, metresApart } from '../../../../broker/domain/geometry/distance.ts';
import { withinBounds } from '../../../../broker/domain/geometry/effort.ts';
import type { Geometry, Position } from '../../../../broker/domain/geometry/geometry.ts';
import { intersects, isWithin, overlaps } from '../../../../broker/domain/geometry/relations.ts';
import { type Shape, toShape } from '../../../../broker/domain/geometry/shape.ts';
import type { GeoRelation } from '../../../../broker/domain/query/geo-query.ts';
import { compileGeoQuery } from '../../../../broker/domain/query/match-geometry.ts';
import { compileOrder } from '../../../../broker/domain/query/order-by.ts';
import { at, attribute, entity, iri, refusalOf } from '../query/support.ts';
import { box, line, points, polygon, polygons } from './geometries.ts';

const MANY = 10_000;
const SOME = 500;
const path = [iri('location')];
const holds = (relation: GeoRelation, target: Geometry, geometry: Geometry): boolean =>
  compileGeoQuery({ path, relation, geometry })(located(target), at);
const located = (value: Geometry) => entity({ location: attribute('GeoProperty', { ...value }) });

const positions = (place: (index: number) => Position, count = SOME) =>
  Array.from({ length: count }, (_, index) => place(index));
/** To and fro between two latitudes, the ways beside each other. */
const zigzag = (west: number, east: number): Geometry =>
  line(...positions((index) => [west + ((east - west) * index) / 1000, index % 2 === 0 ? -40 : 40], 1000));
/** Teeth from the south to the north, and points that lie in their latitudes. */
const comb: Geometry = polygon([
  ...positions((index) => [index / MANY, index % 2 === 0 ? -40 : 40], MANY),
  [-5, -41],
  [0, -40],
]);
const beside = points(...positions((index) => [-2 + index / MANY, index / MANY], MANY));
const wave = (south: number): Geometry =>
  line(...positions((index) => [index / 100, south + (index % 2) / 100]));
const circle = (x: number, radius: number): Geometry => {
  const ring = positions((index) => {
    const angle = (2 * Math.PI * index) / (SOME - 1);
    return [x + radius * Math.cos(angle), radius * Math.sin(angle)];
  }, SOME - 1);
  return polygon([...ring, ring[0] as Position]);
};
/** Houses in blocks, a street between them. */
const town = (west: number): Geometry =>
  polygons(
    ...Array.from({ length: SOME / 5 }, (_, index) => {
      const x = west + (index % 50) * 0.002;
      const y = Math.floor(index / 50) * 0.002 + (index % 50) * 0.00003;
      return [[...box(x, y, x + 0.001, y + 0.001)]];
    }),
  );
const crowd = points(...positions((index) => [index % 100, (index / 200) % 50]));

const relations = ['within', 'contains', 'overlaps', 'intersects', 'equals', 'disjoint'] as const;

describe('comparing geometries of many positions', () => {
  it.each([
    ['borders that cross', circle(0, 30), circle(1, 30), ['overlaps', 'intersects']],
    ['a border and itself', circle(0, 30), circle(0, 30), ['within', 'contains', 'intersects', 'equals']],
    ['a border around another', circle(0, 29), circle(0, 30), ['within', 'intersects']],
    ['towns', town(0), town(1), ['disjoint']],
    ['a town and a border', town(0), circle(0, 30), ['within', 'intersects']],
    ['points and themselves', crowd, crowd, ['within', 'contains', 'intersects', 'equals']],
    ['lines beside each other', wave(0), wave(1), ['disjoint']],
  ] as const)('tells every relation: %s', (_what, target, reference, expected) => {
    const held = relations.filter((kind) => holds({ kind }, target, reference));
    expect(held).toEqual(expected);
  });

  it.each<readonly [what: string, relation: GeoRelation]>([
    ['near', { kind: 'near', maxDistance: 1000 }],
    ['far', { kind: 'far', minDistance: 1000 }],
    ['intersects', { kind: 'intersects' }],
    ['disjoint', { kind: 'disjoint' }],
  ])('ends what would take too long: %s', (_what, relation) => {
    const refusal = refusalOf(() => holds(relation, comb, beside));
    expect([refusal.type, refusal.message]).toEqual([
      'TooComplexQuery',
      expect.stringMatching(
        /one of urn:ngsi-ld:Room:1 have too many edges .*: write either with fewer positions/,
      ),
    ]);
    // What comes next has steps of its own.
    expect(holds({ kind: 'within' }, circle(0, 29), circle(0, 30))).toBe(true);
  });

  it('ends an order by distance that would take too long', () => {
    const order = compileOrder({
      terms: [
        { subject: { kind: 'path', path: { names: path } }, direction: 'ascending', isByDistance: true },
      ],
      reference: beside,
    });
    expect(refusalOf(() => order.keyOf(located(comb), at)).type).toBe('TooComplexQuery');
  });

  it.each<readonly [what: string, compare: (one: Shape, other: Shape) => unknown]>([
    ['the distance', metresApart],
    ['whether it is small', (one, other) => isWithinDistance(one, other, 1000)],
    ['a common part', overlaps],
    ['a common point', intersects],
    ['what lies within', (one) => isWithin(one, one)],
  ])('counts the steps of %s', (_what, compare) => {
    const [one, other] = [toShape(zigzag(0, 0.001)), toShape(zigzag(1, 1.001))];
    const compareThem = () => compare(one, other);
    expect(refusalOf(() => withinBounds(entity(), compareThem, 20_000)).type).toBe('TooComplexQuery');
  });
});
