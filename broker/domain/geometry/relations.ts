import { ASIDE, isInArea, locate } from './locate.ts';
import { edgesMeet, type Piece, somePiece } from './pieces.ts';
import type { Point, Shape } from './shape.ts';

// The relations of ISO 19125 (clause 4.10). Edges are cut where they meet; then a middle stands for its whole piece, and
// a point on either side of each middle for every face between the edges. That needs no valid rings.

/** True when the shapes have a point in common. */
export function intersects(one: Shape, other: Shape): boolean {
  return (
    one.points.some((point) => locate(other, point) !== 'exterior') ||
    other.points.some((point) => locate(one, point) !== 'exterior') ||
    edgesMeet(one, other)
  );
}

/** True when nothing of `inner` lies outside of `outer`, and their interiors meet. */
export function isWithin(inner: Shape, outer: Shape): boolean {
  if (!isCoveredBy(inner, outer)) return false;
  if (inner.dimension === 2) return true;
  const isInterior = (point: Point): boolean => locate(outer, point) === 'interior';
  if (inner.dimension === 0) return inner.points.some(isInterior);
  return somePiece(inner, [outer], ({ middle }) => isInterior(middle));
}

/** True when the shapes are the same set of points, however it is written. */
export function isEqual(one: Shape, other: Shape): boolean {
  return isCoveredBy(one, other) && isCoveredBy(other, one);
}

/** True when shapes of one dimension have a part of that dimension in common, and each has a part of its own. */
export function overlaps(one: Shape, other: Shape): boolean {
  if (one.dimension !== other.dimension || !shareDimension(one, other)) return false;
  return !isCoveredBy(one, other) && !isCoveredBy(other, one);
}

function isCoveredBy(inner: Shape, outer: Shape): boolean {
  if (inner.dimension > outer.dimension) return false;
  const isOutside = (point: Point): boolean => locate(outer, point) === 'exterior';
  if (inner.points.some(isOutside)) return false;
  if (inner.dimension === 0) return true;
  if (somePiece(inner, [outer], ({ middle }) => isOutside(middle))) return false;
  return (
    inner.dimension === 1 ||
    !someFace(inner, outer, (point) => isInArea(inner, point) && !isInArea(outer, point))
  );
}

function shareDimension(one: Shape, other: Shape): boolean {
  if (one.dimension === 2)
    return someFace(one, other, (point) => isInArea(one, point) && isInArea(other, point));
  const isOnOther = (point: Point): boolean => locate(other, point) !== 'exterior';
  if (one.dimension === 0) return one.points.some(isOnOther);
  return somePiece(one, [other], ({ middle }) => isOnOther(middle));
}

/** True when a point in some face between the edges of both shapes passes the test. */
function someFace(one: Shape, other: Shape, test: (point: Point) => boolean): boolean {
  const both = [one, other];
  const testSides = (piece: Piece): boolean =>
    testBeside(piece, ASIDE, test) || testBeside(piece, -ASIDE, test);
  return both.some((shape) => somePiece(shape, both, testSides));
}

function testBeside({ middle, normal }: Piece, aside: number, test: (point: Point) => boolean): boolean {
  const point = { x: middle.x + normal.x * aside, y: middle.y + normal.y * aside };
  return Math.abs(point.y) <= 90 && test(point);
}
