import type { Edge } from './edges.ts';

/** The mean radius of the Earth in metres (IUGG): distances are measured on this sphere. */
export const EARTH_RADIUS = 6_371_008.8;

/** A place in metres from the middle of the Earth. */
export type Vector = readonly [number, number, number];

const radian = Math.PI / 180;

/** An edge in space, or a stretch of one; or a point. */
export interface Stretch {
  readonly kind: 'stretch';
  readonly edge: Edge;
  readonly from: Vector;
  readonly to: Vector;
  /** No point of it is farther than so many metres from the one at the same part of the way along its chord. */
  readonly bend: number;
  readonly middle: Vector;
  /** It lies within so many metres around the middle. */
  readonly radius: number;
}

/** The stretch that an edge is, straight in longitude and latitude. */
export function stretchOf(edge: Edge): Stretch {
  const [from, to] = [inSpace(edge.x1, edge.y1), inSpace(edge.x2, edge.y2)];
  const bend = bendOf(edge);
  const middle = between(from, to, 0.5);
  return { kind: 'stretch', edge, from, to, bend, middle, radius: straightBetween(from, to) / 2 + bend };
}

/** Both halves of a stretch. */
export function halvesOf({ edge: { x1, y1, x2, y2 } }: Stretch): readonly [Stretch, Stretch] {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return [stretchOf({ x1, y1, x2: x, y2: y }), stretchOf({ x1: x, y1: y, x2, y2 })];
}

/** The metres between two places, straight through the Earth. */
export function straightBetween([a, b, c]: Vector, [d, e, f]: Vector): number {
  return Math.sqrt((a - d) ** 2 + (b - e) ** 2 + (c - f) ** 2);
}

/** Metres of bend that count as nothing. */
const STRAIGHT = 0.0005;

/**
 * How far two stretches are from each other, straight through the Earth: `apart` is the distance of two points of
 * theirs that are about the closest ones, and none are closer than `least`.
 */
export function closeness(one: Stretch, other: Stretch): { readonly apart: number; readonly least: number } {
  const { along, alongOther } = closestOnChords(one, other);
  const chords = straightBetween(between(one.from, one.to, along), between(other.from, other.to, alongOther));
  const bend = one.bend + other.bend;
  if (bend <= STRAIGHT) return { apart: chords, least: chords };
  const apart = straightBetween(placeOn(one.edge, along), placeOn(other.edge, alongOther));
  return { apart, least: Math.max(0, chords - bend) };
}

/** Where along two chords, from 0 to 1, their closest points are. */
function closestOnChords(
  { from, to }: Stretch,
  { from: otherFrom, to: otherTo }: Stretch,
): { readonly along: number; readonly alongOther: number } {
  const [chord, otherChord, away] = [minus(to, from), minus(otherTo, otherFrom), minus(from, otherFrom)];
  const [square, otherSquare] = [dot(chord, chord), dot(otherChord, otherChord)];
  const [lean, ahead, otherAhead] = [dot(chord, otherChord), dot(chord, away), dot(otherChord, away)];
  const skew = square * otherSquare - lean * lean;
  const free = skew > 0 ? fraction((lean * otherAhead - ahead * otherSquare) / skew) : 0;
  const alongOther = otherSquare === 0 ? 0 : fraction((lean * free + otherAhead) / otherSquare);
  const along = square === 0 ? 0 : fraction((lean * alongOther - ahead) / square);
  return { along, alongOther };
}

/** By the second derivative of the way, which bounds how far a curve leaves its chord. */
function bendOf({ x1, y1, x2, y2 }: Edge): number {
  const widest = y1 * y2 <= 0 ? 1 : Math.cos(Math.min(Math.abs(y1), Math.abs(y2)) * radian);
  const [east, north] = [Math.abs(x2 - x1) * radian, Math.abs(y2 - y1) * radian];
  return (EARTH_RADIUS / 8) * (east * east * widest + 2 * east * north + north * north);
}

function placeOn({ x1, y1, x2, y2 }: Edge, along: number): Vector {
  return inSpace(x1 + along * (x2 - x1), y1 + along * (y2 - y1));
}

function inSpace(x: number, y: number): Vector {
  const [longitude, latitude] = [x * radian, y * radian];
  const flat = EARTH_RADIUS * Math.cos(latitude);
  return [flat * Math.cos(longitude), flat * Math.sin(longitude), EARTH_RADIUS * Math.sin(latitude)];
}

function between(from: Vector, to: Vector, along: number): Vector {
  return [
    from[0] + along * (to[0] - from[0]),
    from[1] + along * (to[1] - from[1]),
    from[2] + along * (to[2] - from[2]),
  ];
}

function minus(one: Vector, other: Vector): Vector {
  return [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
}

function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

function fraction(number: number): number {
  return Math.max(0, Math.min(1, number));
}
