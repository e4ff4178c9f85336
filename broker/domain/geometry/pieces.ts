import type { Edge } from './edges.ts';
import { spend } from './effort.ts';
import { distanceToEdge, someTurn, TOLERANCE } from './locate.ts';
import type { Box, Point, Shape } from './shape.ts';

/** An edge's piece between two cuts, by its middle and the unit vector square to it. */
export interface Piece {
  readonly middle: Point;
  readonly normal: Point;
}

/**
 * True when some piece of the shape's edges passes the test, where edges are cut wherever they meet the edges of the
 * cutters: so a piece lies wholly inside, on or outside of each cutter, and its middle tells which.
 */
export function somePiece(shape: Shape, cutters: readonly Shape[], test: (piece: Piece) => boolean): boolean {
  return shape.edges.list.some((edge) => {
    const cuts = [0, 1];
    for (const cutter of cutters) addCuts(edge, cutter, cuts);
    spend(cuts.length);
    cuts.sort((a, b) => a - b);
    return somePieceOf(edge, cuts, test);
  });
}

/** True when an edge of one shape meets an edge of the other. */
export function edgesMeet(one: Shape, other: Shape): boolean {
  return one.edges.list.some((edge) =>
    someNearEdge(edge, other, (near) => cutsAt(edge, near).length > 0 || touches(edge, near)),
  );
}

function somePieceOf(edge: Edge, cuts: readonly number[], test: (piece: Piece) => boolean): boolean {
  const [dx, dy] = [edge.x2 - edge.x1, edge.y2 - edge.y1];
  const length = Math.hypot(dx, dy);
  const normal = { x: -dy / length, y: dx / length };
  let from = 0;
  for (const to of cuts) {
    if ((to - from) * length <= TOLERANCE) continue;
    const along = (from + to) / 2;
    if (test({ middle: { x: edge.x1 + along * dx, y: edge.y1 + along * dy }, normal })) return true;
    from = to;
  }
  return false;
}

function addCuts(edge: Edge, cutter: Shape, cuts: number[]): void {
  someNearEdge(edge, cutter, (near) => {
    if (near !== edge) cuts.push(...cutsAt(edge, near));
    return false;
  });
}

/** The other shape's edges whose latitudes and longitudes meet those of the edge, shifted by whole turns to it. */
function someNearEdge(edge: Edge, other: Shape, test: (edge: Edge) => boolean): boolean {
  const box = boxOfEdge(edge);
  return other.edges.some(box.south, box.north, (near) => {
    if (Math.min(near.y1, near.y2) > box.north || Math.max(near.y1, near.y2) < box.south) return false;
    const west = Math.min(near.x1, near.x2);
    const width = Math.max(near.x1, near.x2) - west;
    return someTurn(box, west, width, (turn) => test(turned(near, turn)));
  });
}

function turned(edge: Edge, turn: number): Edge {
  return turn === 0 ? edge : { ...edge, x1: edge.x1 + turn, x2: edge.x2 + turn };
}

function boxOfEdge({ x1, y1, x2, y2 }: Edge): Box {
  return {
    west: Math.min(x1, x2) - TOLERANCE,
    east: Math.max(x1, x2) + TOLERANCE,
    south: Math.min(y1, y2) - TOLERANCE,
    north: Math.max(y1, y2) + TOLERANCE,
  };
}

/** How far along the edge, from 0 to 1, the other one crosses it, or has an end on it. */
function cutsAt(edge: Edge, other: Edge): readonly number[] {
  const [dx, dy] = [edge.x2 - edge.x1, edge.y2 - edge.y1];
  const [ex, ey] = [other.x2 - other.x1, other.y2 - other.y1];
  const [fx, fy] = [other.x1 - edge.x1, other.y1 - edge.y1];
  const cuts: number[] = [];
  const turn = dx * ey - dy * ex;
  if (turn !== 0) {
    const along = (fx * ey - fy * ex) / turn;
    const alongOther = (fx * dy - fy * dx) / turn;
    if (isFraction(along) && isFraction(alongOther)) cuts.push(along);
  }
  const square = dx * dx + dy * dy;
  if (square === 0) return cuts;
  if (distanceToEdge(other.x1, other.y1, edge) <= TOLERANCE) cuts.push((fx * dx + fy * dy) / square);
  if (distanceToEdge(other.x2, other.y2, edge) <= TOLERANCE) {
    cuts.push(((fx + ex) * dx + (fy + ey) * dy) / square);
  }
  return cuts;
}

function isFraction(number: number): boolean {
  return number >= 0 && number <= 1;
}

/** Ends of the edge on the other one: what `cutsAt` does not see when the edge is a mere point. */
function touches(edge: Edge, other: Edge): boolean {
  return (
    distanceToEdge(edge.x1, edge.y1, other) <= TOLERANCE ||
    distanceToEdge(edge.x2, edge.y2, other) <= TOLERANCE
  );
}
