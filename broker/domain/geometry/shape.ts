import { type Edge, type EdgeIndex, indexEdges, indexLatitudes, type LatitudeIndex } from './edges.ts';
import type { Geometry, Position } from './geometry.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** West and east may lie beyond 180 degrees: longitudes are unrolled along a line or a ring. */
export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

export type Sides = Pick<Box, 'west' | 'east'>;

/** The rings of one polygon, judged even-odd together: holes need no care, nor do rings that cross themselves. */
export interface Area {
  readonly edges: EdgeIndex;
  readonly box: Box;
}

/**
 * A geometry made ready for relations and distances. RFC 7946 draws straight lines between positions in longitude and
 * latitude; of the two ways round the globe an edge takes the shorter one, unless it spans exactly 360 degrees. A ring
 * that then goes once round the globe is closed over the nearer pole. Latitudes beyond a pole count as the pole.
 */
export interface Shape {
  /** 0 for points, 1 for lines, 2 for polygons. */
  readonly dimension: 0 | 1 | 2;
  /** The points; or one point of each line or ring, so that of every connected part there is one. */
  readonly points: readonly Point[];
  /** Lines, or the boundaries of polygons. */
  readonly edges: EdgeIndex;
  /** Points alone, as edges without a length. */
  readonly spots: EdgeIndex;
  /** Ends of lines that are their boundary, those met an odd number of times, as `spots`. */
  readonly ends: EdgeIndex;
  readonly areas: LatitudeIndex<Area>;
  /** One for each part, in the order of the parts. */
  readonly boxes: readonly Box[];
  /** Between which longitudes all of it lies, unrolled. */
  readonly sides: Sides;
}

const noEdges = indexEdges([]);
const noAreas = indexAreas([]);

/** The shape of a valid geometry. Costs what its number of positions costs. */
export function toShape(geometry: Geometry): Shape {
  switch (geometry.type) {
    case 'Point':
      return pointsShape([geometry.coordinates]);
    case 'MultiPoint':
      return pointsShape(geometry.coordinates);
    case 'LineString':
      return linesShape([geometry.coordinates]);
    case 'MultiLineString':
      return linesShape(geometry.coordinates);
    case 'Polygon':
      return areasShape([geometry.coordinates]);
    case 'MultiPolygon':
      return areasShape(geometry.coordinates);
  }
}

/** The boxes of its shape, for a fraction of what that costs. */
export function boxesOf(geometry: Geometry): readonly Box[] {
  switch (geometry.type) {
    case 'Point':
      return [geometry.coordinates].map(toPoint).map(boxOfPoint);
    case 'MultiPoint':
      return geometry.coordinates.map(toPoint).map(boxOfPoint);
    case 'LineString':
      return [boxOf(unroll(geometry.coordinates))];
    case 'MultiLineString':
      return geometry.coordinates.map((line) => boxOf(unroll(line)));
    case 'Polygon':
      return [boxOf(ringsOf(geometry.coordinates).flat())];
    case 'MultiPolygon':
      return geometry.coordinates.map((rings) => boxOf(ringsOf(rings).flat()));
  }
}

/** A longitude as the one from -180 to 180 that means the same. */
export function normalLongitude(x: number): number {
  return Math.abs(x) <= 180 ? x : x - 360 * Math.round(x / 360);
}

function pointsShape(positions: readonly Position[]): Shape {
  const points = positions.map(toPoint);
  const boxes = points.map(boxOfPoint);
  return {
    dimension: 0,
    points,
    edges: noEdges,
    spots: indexEdges(points.map(toSpot)),
    ends: noEdges,
    areas: noAreas,
    boxes,
    sides: sidesOf(boxes),
  };
}

function linesShape(lines: readonly (readonly Position[])[]): Shape {
  const unrolled = lines.map(unroll);
  const boxes = unrolled.map(boxOf);
  return {
    dimension: 1,
    points: firstOfEach(unrolled),
    edges: indexEdges(unrolled.flatMap(edgesOf)),
    spots: noEdges,
    ends: indexEdges(
      oddOnes(unrolled.flatMap((points) => [points[0] as Point, points.at(-1) as Point])).map(toSpot),
    ),
    areas: noAreas,
    boxes,
    sides: sidesOf(boxes),
  };
}

function areasShape(polygons: readonly (readonly (readonly Position[])[])[]): Shape {
  const unrolled = polygons.map(ringsOf);
  const areas = unrolled.map((rings) => ({
    edges: indexEdges(rings.flatMap(edgesOf)),
    box: boxOf(rings.flat()),
  }));
  const boxes = areas.map(({ box }) => box);
  const [first] = areas;
  return {
    dimension: 2,
    points: firstOfEach(unrolled.flat()),
    edges: areas.length === 1 && first ? first.edges : indexEdges(areas.flatMap(({ edges }) => edges.list)),
    spots: noEdges,
    ends: noEdges,
    areas: indexAreas(areas),
    boxes,
    sides: sidesOf(boxes),
  };
}

/** The rings of a polygon, each closed. */
function ringsOf(rings: readonly (readonly Position[])[]): readonly (readonly Point[])[] {
  return rings.map((ring) => closeOverPole(unroll(ring)));
}

function toPoint(position: Position): Point {
  return { x: normalLongitude(position[0] ?? 0), y: latitudeOf(position) };
}

function latitudeOf(position: Position): number {
  return Math.max(-90, Math.min(90, position[1] ?? 0));
}

function unroll(positions: readonly Position[]): readonly Point[] {
  const points: Point[] = [];
  let shift = 0;
  let before: number | undefined;
  for (const position of positions) {
    const longitude = position[0] ?? 0;
    const step = before === undefined ? longitude : longitude - before;
    if (Math.abs(step) > 180 && (before === undefined || Math.abs(step) !== 360)) {
      shift -= 360 * Math.round(step / 360);
    }
    points.push({ x: longitude + shift, y: latitudeOf(position) });
    before = longitude;
  }
  return points;
}

function closeOverPole(ring: readonly Point[]): readonly Point[] {
  const [first, last] = [ring[0] as Point, ring.at(-1) as Point];
  if (Math.abs(last.x - first.x) < 180) return ring;
  const pole = ring.reduce((sum, { y }) => sum + y, 0) >= 0 ? 90 : -90;
  return [...ring, { x: last.x, y: pole }, { x: first.x, y: pole }, first];
}

function toSpot({ x, y }: Point): Edge {
  return { x1: x, y1: y, x2: x, y2: y };
}

function indexAreas(areas: readonly Area[]): LatitudeIndex<Area> {
  return indexLatitudes(areas, ({ box }) => ({ low: box.south, high: box.north }));
}

function edgesOf(points: readonly Point[]): readonly Edge[] {
  return points.slice(1).map(({ x, y }, at) => {
    const before = points[at] as Point;
    return { x1: before.x, y1: before.y, x2: x, y2: y };
  });
}

function firstOfEach(paths: readonly (readonly Point[])[]): readonly Point[] {
  return paths.flatMap((points) => points.slice(0, 1));
}

function boxOfPoint({ x, y }: Point): Box {
  return { west: x, south: y, east: x, north: y };
}

function boxOf(points: readonly Point[]): Box {
  const box = {
    west: Number.POSITIVE_INFINITY,
    south: Number.POSITIVE_INFINITY,
    east: Number.NEGATIVE_INFINITY,
    north: Number.NEGATIVE_INFINITY,
  };
  for (const { x, y } of points) {
    box.west = Math.min(box.west, x);
    box.east = Math.max(box.east, x);
    box.south = Math.min(box.south, y);
    box.north = Math.max(box.north, y);
  }
  return box;
}

function sidesOf(boxes: readonly Box[]): Sides {
  return {
    west: boxes.reduce((least, { west }) => Math.min(least, west), Number.POSITIVE_INFINITY),
    east: boxes.reduce((most, { east }) => Math.max(most, east), Number.NEGATIVE_INFINITY),
  };
}

function oddOnes(points: readonly Point[]): readonly Point[] {
  const odd = new Map<string, Point>();
  for (const point of points) {
    const key = `${normalLongitude(point.x)} ${point.y}`;
    if (!odd.delete(key)) odd.set(key, point);
  }
  return [...odd.values()];
}
