import type { Edge, EdgeIndex } from './edges.ts';
import type { Area, Point, Shape, Sides } from './shape.ts';

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
  if (shape.dimension === 0) return isOneOf(shape.spots, x, y) ? 'interior' : 'exterior';
  if (shape.dimension === 1) return locateOnLines(shape, x, y);
  const isOnBorder = shape.areas.some(y - TOLERANCE, y + TOLERANCE, ({ edges, box }) =>
    isOnEdge(edges, box, x, y),
  );
  if (!isOnBorder) {
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
  return shape.areas.some(y, y, (area) => isInside(area, x, y));
}

/** True when the test holds for some of the whole turns by which to shift `x` so that it may lie between west and east. */
export function someTurn(
  { west, east }: Sides,
  x: number,
  width: number,
  test: (turn: number) => boolean,
): boolean {
  const last = Math.floor((east + TOLERANCE - x) / 360);
  for (let turn = Math.ceil((west - TOLERANCE - x - width) / 360); turn <= last; turn += 1) {
    if (test(turn * 360)) return true;
  }
  return false;
}

/** Distance in degrees of the plane between a point and an edge. */
export function distanceToEdge(x: number, y: number, { x1, y1, x2, y2 }: Edge): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / square));
  // Not hypot, which is ten times slower for the sake of numbers that are no degrees.
  const [east, north] = [x - x1 - along * dx, y - y1 - along * dy];
  return Math.sqrt(east * east + north * north);
}

function locateOnLines(shape: Shape, x: number, y: number): Location {
  if (!isOnEdge(shape.edges, shape.sides, x, y)) return 'exterior';
  return isOneOf(shape.ends, x, y) ? 'boundary' : 'interior';
}

function isOneOf(spots: EdgeIndex, x: number, y: number): boolean {
  return spots.some(y - TOLERANCE, y + TOLERANCE, ({ x1, y1 }) => {
    if (Math.abs(y1 - y) > TOLERANCE) return false;
    const turns = (x1 - x) / 360;
    return Math.abs(turns - Math.round(turns)) * 360 <= TOLERANCE || Math.abs(y) === 90;
  });
}

function isOnEdge(edges: EdgeIndex, sides: Sides, x: number, y: number): boolean {
  return someTurn(sides, x, 0, (turn) => {
    const [west, east] = [x + turn - TOLERANCE, x + turn + TOLERANCE];
    return edges.some(
      y - TOLERANCE,
      y + TOLERANCE,
      (edge) =>
        (edge.x1 <= east || edge.x2 <= east) &&
        (edge.x1 >= west || edge.x2 >= west) &&
        distanceToEdge(x + turn, y, edge) <= TOLERANCE,
    );
  });
}

function isInside({ edges, box }: Area, x: number, y: number): boolean {
  if (y < box.south || y > box.north) return false;
  let isIn = false;
  someTurn(box, x, 0, (turn) =>
    edges.some(y, y, ({ x1, y1, x2, y2 }) => {
      if (y1 > y !== y2 > y && x + turn < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) isIn = !isIn;
      return false;
    }),
  );
  return isIn;
}
