import type { Edge } from './edges.ts';
import { intersects } from './relations.ts';
import type { Shape } from './shape.ts';

/** The mean radius of the Earth in metres (IUGG): distances are measured on this sphere. */
export const EARTH_RADIUS = 6_371_008.8;

const radian = Math.PI / 180;
/** Half the length in metres below which an edge, straight in longitude and latitude, counts as the shortest way. */
const short = 150;

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

/** True when the closest points of the shapes are at most so many metres apart; inside an area that is 0. */
export function isWithinDistance(one: Shape, other: Shape, metres: number): boolean {
  if (one.dimension + other.dimension > 0 && intersects(one, other)) return true;
  const reach = degreesOfLatitude(metres);
  const others = edgesAndPoints(other);
  return edgesAndPoints(one).some((edge) => {
    const low = Math.min(edge.y1, edge.y2) - reach;
    const high = Math.max(edge.y1, edge.y2) + reach;
    return others.some((near) => spans(near, low, high) && areWithin(edge, near, metres));
  });
}

/** The metres between the closest points of two shapes; 0 where they have a point in common. */
export function metresApart(one: Shape, other: Shape): number {
  if (one.dimension + other.dimension > 0 && intersects(one, other)) return 0;
  const others = edgesAndPoints(other);
  let least = Number.POSITIVE_INFINITY;
  for (const edge of edgesAndPoints(one)) {
    for (const near of others) least = leastBetween(edge, near, least);
  }
  return least;
}

function edgesAndPoints(shape: Shape): readonly Edge[] {
  if (shape.dimension > 0) return shape.edges.list;
  return shape.points.map(({ x, y }) => ({ x1: x, y1: y, x2: x, y2: y }));
}

function spans({ y1, y2 }: Edge, low: number, high: number): boolean {
  return (y1 >= low || y2 >= low) && (y1 <= high || y2 <= high);
}

/**
 * Branch and bound: no point of an edge is farther from its middle than half its length, so that most edges are judged
 * by their middles; what stays open is halved, down to edges that are as good as arcs of great circles.
 */
function areWithin(one: Edge, other: Edge, metres: number): boolean {
  const apart = metresBetweenMiddles(one, other);
  if (apart <= metres) return true;
  const [half, otherHalf] = [halfLength(one), halfLength(other)];
  if (apart - half - otherHalf > metres) return false;
  if (half <= short && otherHalf <= short) return areShortEdgesWithin(one, other, metres);
  return half >= otherHalf
    ? halves(one).some((part) => areWithin(part, other, metres))
    : halves(other).some((part) => areWithin(one, part, metres));
}

/** As `areWithin`, for a limit that shrinks: the distance of the edges where that is less than `least`. */
function leastBetween(one: Edge, other: Edge, least: number): number {
  const apart = metresBetweenMiddles(one, other);
  const [half, otherHalf] = [halfLength(one), halfLength(other)];
  if (apart - half - otherHalf >= least) return least;
  let closest = Math.min(least, apart);
  if (half <= short && otherHalf <= short) {
    return half + otherHalf === 0 ? closest : Math.min(closest, metresBetweenShortEdges(one, other));
  }
  const pairs: readonly (readonly [Edge, Edge])[] =
    half >= otherHalf ? halves(one).map((part) => [part, other]) : halves(other).map((part) => [one, part]);
  for (const [part, near] of pairs) closest = leastBetween(part, near, closest);
  return closest;
}

function metresBetweenMiddles(one: Edge, other: Edge): number {
  return metresBetween(
    (one.x1 + one.x2) / 2,
    (one.y1 + one.y2) / 2,
    (other.x1 + other.x2) / 2,
    (other.y1 + other.y2) / 2,
  );
}

/** At most: half the length that the edge would have at its latitude nearest to the equator. */
function halfLength({ x1, y1, x2, y2 }: Edge): number {
  const widest = y1 * y2 <= 0 ? 1 : Math.cos(Math.min(Math.abs(y1), Math.abs(y2)) * radian);
  return (Math.hypot((x2 - x1) * widest, y2 - y1) / 2) * radian * EARTH_RADIUS;
}

function halves({ x1, y1, x2, y2 }: Edge): readonly Edge[] {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return [
    { x1, y1, x2: x, y2: y },
    { x1: x, y1: y, x2, y2 },
  ];
}

function areShortEdgesWithin(one: Edge, other: Edge, metres: number): boolean {
  return (
    metresToEdge(one.x1, one.y1, other) <= metres ||
    metresToEdge(one.x2, one.y2, other) <= metres ||
    metresToEdge(other.x1, other.y1, one) <= metres ||
    metresToEdge(other.x2, other.y2, one) <= metres
  );
}

function metresBetweenShortEdges(one: Edge, other: Edge): number {
  return Math.min(
    metresToEdge(one.x1, one.y1, other),
    metresToEdge(one.x2, one.y2, other),
    metresToEdge(other.x1, other.y1, one),
    metresToEdge(other.x2, other.y2, one),
  );
}

/** The foot of the shortest way to a short edge is found in space, on the chord. */
function metresToEdge(x: number, y: number, edge: Edge): number {
  const [point, from, to] = [inSpace(x, y), inSpace(edge.x1, edge.y1), inSpace(edge.x2, edge.y2)];
  const chord = [to[0] - from[0], to[1] - from[1], to[2] - from[2]] as const;
  const square = dot(chord, chord);
  const away = [point[0] - from[0], point[1] - from[1], point[2] - from[2]] as const;
  const along = square === 0 ? 0 : Math.max(0, Math.min(1, dot(away, chord) / square));
  const footX = edge.x1 + along * (edge.x2 - edge.x1);
  const footY = edge.y1 + along * (edge.y2 - edge.y1);
  return metresBetween(x, y, footX, footY);
}

type Vector = readonly [number, number, number];

function inSpace(x: number, y: number): Vector {
  const [longitude, latitude] = [x * radian, y * radian];
  const flat = Math.cos(latitude);
  return [flat * Math.cos(longitude), flat * Math.sin(longitude), Math.sin(latitude)];
}

function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}
