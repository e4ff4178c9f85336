import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Geometry, Position } from '../../../../broker/domain/geometry/geometry.ts';
import { entity, judge, location } from '../query/support.ts';
import { type Figure, linesFigure, pointsFigure, polygonsFigure, relations } from './lattice.ts';

const SIZE = 3;

interface Scene {
  readonly geometry: Geometry;
  readonly figure: Figure;
}

const coordinate = fc.integer({ min: 0, max: SIZE });
const half = fc.integer({ min: 0, max: 2 * SIZE }).map((doubled) => doubled / 2);
const anywhere: fc.Arbitrary<Position> = fc.tuple(half, half);

/** A path that turns at right angles; each step goes on in the other direction than the one before. */
const path: fc.Arbitrary<readonly Position[]> = fc
  .tuple(coordinate, coordinate, fc.boolean(), fc.array(coordinate, { minLength: 1, maxLength: 5 }))
  .map(([x, y, isFlat, turns]) => {
    const positions: [number, number][] = [[x, y]];
    for (const [at, to] of turns.entries()) {
      const [lastX, lastY] = positions.at(-1) as [number, number];
      positions.push((at % 2 === 0) === isFlat ? [to, lastY] : [lastX, to]);
    }
    return positions;
  })
  .filter(hasLength);

function hasLength(positions: readonly Position[]): boolean {
  return positions.some(([x, y]) => x !== positions[0]?.[0] || y !== positions[0]?.[1]);
}

const box: fc.Arbitrary<readonly Position[]> = fc
  .tuple(coordinate, coordinate, coordinate, coordinate)
  .filter(([west, south, east, north]) => west !== east && south !== north)
  .map(([west, south, east, north]) => [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]);
/** Any path, closed by a corner: it may cross itself and go back on itself. */
const loop: fc.Arbitrary<readonly Position[]> = path
  .map((positions) => {
    const [[startX = 0, startY = 0], [lastX = 0]] = [positions[0] as Position, positions.at(-1) as Position];
    return [...positions, [lastX, startY] as const, [startX, startY] as const];
  })
  .filter((positions) => positions.length >= 4);
const ring = fc.oneof(box, loop);
const polygon = fc
  .array(ring, { minLength: 1, maxLength: 2 })
  .filter((rings) => polygonsFigure([rings], SIZE).interior.size > 0);

const scene: fc.Arbitrary<Scene> = fc.oneof(
  anywhere.map(
    (coordinates): Scene => ({
      geometry: { type: 'Point', coordinates },
      figure: pointsFigure([coordinates]),
    }),
  ),
  fc.array(anywhere, { minLength: 1, maxLength: 3 }).map(
    (coordinates): Scene => ({
      geometry: { type: 'MultiPoint', coordinates },
      figure: pointsFigure(coordinates),
    }),
  ),
  path.map(
    (coordinates): Scene => ({
      geometry: { type: 'LineString', coordinates },
      figure: linesFigure([coordinates]),
    }),
  ),
  fc.array(path, { minLength: 1, maxLength: 2 }).map(
    (coordinates): Scene => ({
      geometry: { type: 'MultiLineString', coordinates },
      figure: linesFigure(coordinates),
    }),
  ),
  polygon.map(
    (coordinates): Scene => ({
      geometry: { type: 'Polygon', coordinates },
      figure: polygonsFigure([coordinates], SIZE),
    }),
  ),
  fc.array(polygon, { minLength: 1, maxLength: 2 }).map(
    (coordinates): Scene => ({
      geometry: { type: 'MultiPolygon', coordinates },
      figure: polygonsFigure(coordinates, SIZE),
    }),
  ),
);

/** Two of them: others, or one and the same, which is written in another way. */
const pair: fc.Arbitrary<readonly [target: Scene, reference: Scene]> = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(scene, scene) },
  scene.map((one) => [one, { ...one, geometry: backwards(one.geometry) }] as const),
);

function backwards({ type, coordinates }: Geometry): Geometry {
  const turn = (part: Position | readonly unknown[]): unknown =>
    typeof part[0] === 'number' ? part : part.map((inner) => turn(inner as readonly unknown[])).reverse();
  return { type, coordinates: turn(coordinates) } as Geometry;
}

/** Ways to lay the lattice on the globe that doubles follow exactly, and that keep all relations. */
const layings: Readonly<Record<string, (position: Position) => Position>> = {
  'as it is': (position) => position,
  aslant: ([x = 0, y = 0]) => [x + y / 2, y - x / 4],
  'on the antimeridian': ([x = 0, y = 0]) => [x > 1.5 ? x - 181.5 : x + 178.5, y],
  'behind the antimeridian': ([x = 0, y = 0]) => [x + y / 2 + 178, y],
  'small and aslant': ([x = 0, y = 0]) => [4.25 + x / 1024 - y / 2048, 51 + y / 1024 + x / 4096],
};

function laid(geometry: Geometry, lay: (position: Position) => Position): Geometry {
  const layAll = (coordinates: Position | readonly unknown[]): unknown =>
    typeof coordinates[0] === 'number'
      ? lay(coordinates as Position)
      : coordinates.map((part) => layAll(part as readonly unknown[]));
  return { type: geometry.type, coordinates: layAll(geometry.coordinates) } as Geometry;
}

describe('relations of geometries are those of finite sets on a lattice (clause 4.10, ISO 19125)', () => {
  it.each(Object.entries(layings))('%s', (_what, lay) => {
    const met = new Set<string>();
    fc.assert(
      fc.property(pair, fc.constantFrom(...Object.keys(relations)), ([target, reference], georel) => {
        const expected = relations[georel]?.(target.figure, reference.figure);
        if (expected) met.add(georel);
        const { type, coordinates } = laid(target.geometry, lay);
        const asked = laid(reference.geometry, lay);
        const found = judge(
          { georel, geometry: asked.type, coordinates: JSON.stringify(asked.coordinates) },
          entity({ location: location(type, coordinates) }),
        );
        expect({ georel, found }).toEqual({ georel, found: expected });
      }),
      { numRuns: 400 },
    );
    expect(met.size).toBe(Object.keys(relations).length);
  });
});
