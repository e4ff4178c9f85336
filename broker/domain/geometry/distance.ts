import { spend } from './effort.ts';
import { halves, type Part, wholeOf } from './parts.ts';
import { intersects } from './relations.ts';
import type { Shape } from './shape.ts';
import { closeness, EARTH_RADIUS, straightBetween } from './stretches.ts';

const radian = Math.PI / 180;
/** What two parts cost, in the steps of `spend`. */
const STEPS_A_PAIR = 25;
/** In metres: shorter stretches have no bend to speak of. */
const SMALLEST_GROUP = 0.01;

/** The distance in metres between two positions, along the sphere (haversine: exact also for small ones). */
export function metresBetween(x1: number, y1: number, x2: number, y2: number): number {
  const [dy, dx] = [Math.sin(((y2 - y1) * radian) / 2), Math.sin(((x2 - x1) * radian) / 2)];
  const square = dy * dy + Math.cos(y1 * radian) * Math.cos(y2 * radian) * dx * dx;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(square)));
}

/** Degrees of latitude that a distance in metres spans. */
export function degreesOfLatitude(metres: number): number {
  return metres / EARTH_RADIUS / radian;
}

/**
 * True when the closest points of the shapes are at most so many metres apart, as exact as `metresApart`; inside an area
 * that is 0.
 */
export function isWithinDistance(one: Shape, other: Shape, metres: number): boolean {
  if (one.dimension + other.dimension > 0 && intersects(one, other)) return true;
  const [part, otherPart] = [wholeOf(one), wholeOf(other)];
  if (part === undefined || otherPart === undefined) return false;
  return areWithin(part, otherPart, toStraight(metres));
}

/** The metres between the closest points of two shapes, to half a centimetre or a millionth; 0 where they have a point in common. */
export function metresApart(one: Shape, other: Shape): number {
  if (one.dimension + other.dimension > 0 && intersects(one, other)) return 0;
  const [part, otherPart] = [wholeOf(one), wholeOf(other)];
  if (part === undefined || otherPart === undefined) return Number.POSITIVE_INFINITY;
  const straight = leastBetween(part, otherPart, Number.POSITIVE_INFINITY);
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, straight / (2 * EARTH_RADIUS)));
}

/** Metres along the sphere as metres straight through it; all of it lies within half its girth. */
function toStraight(metres: number): number {
  const angle = metres / EARTH_RADIUS / 2;
  return angle >= Math.PI / 2 ? Number.POSITIVE_INFINITY : 2 * EARTH_RADIUS * Math.sin(angle);
}

/**
 * Branch and bound: parts whose balls are too far from each other are left out, of the others the larger one is halved,
 * until two stretches are so short that they are as good as their chords.
 */
function areWithin(one: Part, other: Part, limit: number): boolean {
  spend(STEPS_A_PAIR);
  if (gapBetween(one, other) > limit) return false;
  if (one.kind === 'stretch' && other.kind === 'stretch') {
    const { apart, least } = closeness(one, other);
    if (apart <= limit) return true;
    if (least > limit || isExact(apart, least)) return false;
  }
  return pairsWithin(one, other).some(([part, near]) => areWithin(part, near, limit));
}

/** As `areWithin`, for a limit that shrinks: the distance of the parts where that is less than `limit`. */
function leastBetween(one: Part, other: Part, limit: number): number {
  spend(STEPS_A_PAIR);
  if (gapBetween(one, other) >= limit) return limit;
  let closest = limit;
  if (one.kind === 'stretch' && other.kind === 'stretch') {
    const { apart, least } = closeness(one, other);
    closest = Math.min(closest, apart);
    if (isExact(closest, least)) return closest;
  }
  const [first, second] = pairsWithin(one, other);
  const isInOrder = gapBetween(...first) <= gapBetween(...second);
  for (const pair of isInOrder ? [first, second] : [second, first]) closest = leastBetween(...pair, closest);
  return closest;
}

/** A lower bound of the distance; negative where the balls meet. */
function gapBetween(one: Part, other: Part): number {
  return straightBetween(one.middle, other.middle) - one.radius - other.radius;
}

/** Half a centimetre, or a millionth of the distance: the Earth is less of a sphere than that. */
function isExact(apart: number, least: number): boolean {
  return apart - least <= Math.max(0.005, apart * 1e-6);
}

/** Points in one place have no size, and a point alone has no halves: a group is never less than what is halved last. */
function sizeOf({ kind, radius }: Part): number {
  return kind === 'group' ? Math.max(radius, SMALLEST_GROUP) : radius;
}

type Pair = readonly [one: Part, other: Part];

function pairsWithin(one: Part, other: Part): readonly [Pair, Pair] {
  const [size, otherSize] = [sizeOf(one), sizeOf(other)];
  if (size > otherSize || (size === otherSize && one.kind === 'group')) {
    const [first, second] = halves(one);
    return [
      [first, other],
      [second, other],
    ];
  }
  const [first, second] = halves(other);
  return [
    [one, first],
    [one, second],
  ];
}
