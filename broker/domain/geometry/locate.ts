import type { Edge } from './edges.ts';
import type { Area, Box, Point, Shape } from './shape.ts';

/** Where a point lies, in the sense of the simple features of ISO 19125 that clause 4.10 refers to. */
export type Location = 'interior' | 'boundary' | 'exterior';

/** Degrees that count as nothing: a hundredth of a millimetre, far above what doubles lose on a globe. */
export const TOLERANCE = 1e-10;
/** How far beside an edge a point is taken to look at the edge's side; one millimetre. */
export const ASIDE = 1e-8;

const around: readonly (readonly [number, number])[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [0.7, 0.7],
  [-0.7, 0.7],
  [0.7, -0.7],
  [-0.7, -0.7],
];

/** Where the point lies, seen from the shape. Longitudes that differ by 360 degrees are the same. */
export function locate(shape: Shape, { x, y }: Point): Location {
  if (shape.dimension === 0) return isOneOf(shape.points, x, y) ? 'interior' : 'exterior';
  if (shape.dimension === 1) return locateOnLines(shape, x, y);
  if (!shape.areas.some((area) => isOnEdge(area, x, y))) {
    return isInArea(shape, { x, y }) ? 'interior' : 'exterior';
  }
  // A border between two parts, or the seam of an area that goes round the globe, has the area on every side.
  const isInside = around.every(([dx, dy]) => {
    const beside = { x: x + dx * ASIDE, y: y + dy * ASIDE };
    return Math.abs(beside.y) >= 90 || isInArea(shape, beside);
  });
  return isInside ? 'interior' : 'boundary';
}

/** True inside a polygon of the shape, by the even-odd rule; on its edges either may come out. */
export function isInArea(shape: Shape, { x, y }: Point): boolean {
  return shape.areas.some((area) => isInside(area, x, y));
}

/** The whole turns by which to shift `x` so that it may lie between west and east. */
export function* turnsInto({ west, east }: Box, x: number, width = 0): Generator<number> {
  const last = Math.floor((east + TOLERANCE - x) / 360);
  for (let turn = Math.ceil((west - TOLERANCE - x - width) / 360); turn <= last; turn += 1) yield turn * 360;
}

/** Distance in degrees of the plane between a point and an edge. */
export function distanceToEdge(x: number, y: number, { x1, y1, x2, y2 }: Edge): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / square));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

function locateOnLines(shape: Shape, x: number, y: number): Location {
  const isOn = shape.boxes.some((box) => isOnEdge({ edges: shape.edges, box }, x, y));
  if (!isOn) return 'exterior';
  return isOneOf(shape.ends, x, y) ? 'boundary' : 'interior';
}

function isOneOf(points: readonly Point[], x: number, y: number): boolean {
  return points.some((point) => {
    if (Math.abs(point.y - y) > TOLERANCE) return false;
    const turns = (point.x - x) / 360;
    return Math.abs(turns - Math.round(turns)) * 360 <= TOLERANCE || Math.abs(y) === 90;
  });
}

function isOnEdge({ edges, box }: Area, x: number, y: number): boolean {
  if (y < box.south - TOLERANCE || y > box.north + TOLERANCE) return false;
  for (const turn of turnsInto(box, x)) {
    const isNear = (edge: Edge): boolean => distanceToEdge(x + turn, y, edge) <= TOLERANCE;
    if (edges.some(y - TOLERANCE, y + TOLERANCE, isNear)) return true;
  }
  return false;
}

function isInside({ edges, box }: Area, x: number, y: number): boolean {
  if (y < box.south || y > box.north) return false;
  let isIn = false;
  for (const turn of turnsInto(box, x)) {
    edges.some(y, y, ({ x1, y1, x2, y2 }) => {
      if (y1 > y !== y2 > y && x + turn < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) isIn = !isIn;
      return false;
    });
  }
  return isIn;
}
