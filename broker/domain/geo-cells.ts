import { degreesOfLatitude } from './geometry/distance.ts';
import type { Geometry } from './geometry/geometry.ts';
import { type Box, boxesOf, normalLongitude } from './geometry/shape.ts';
import type { GeoQuery } from './query/geo-query.ts';

/*
 * The one geo index of all stores. The world is a square of longitude and latitude that is quartered again and again;
 * the token of a cell is the way down to it, one digit from 0 to 3 a step, so that a cell lies in all cells whose tokens
 * are prefixes of its own. A Point costs one token, at the last level (38 by 19 metres at the equator), and a lookup is
 * a range of tokens; what covers more costs at most `storedCells` tokens of the level that suits its size, and is found
 * from smaller cells by looking up their prefixes. Many tokens a Point and lookups by equality were the other choice:
 * writing rows is what costs in a store, and a range is one seek as well.
 */

const levels = 20;
const storedCells = 8;
const lookedUpCells = 64;
/** More than the tolerance of relations and distances, in degrees; a millimetre. */
const slack = 1e-8;

/** What to look up so that every Entity that can match is found: see Condition `cells`. */
export interface CellCover {
  readonly cells: readonly string[];
  readonly enclosing: readonly string[];
}

interface Cell {
  readonly x: number;
  readonly y: number;
}

/** The tokens to store for one instance of a GeoProperty: one for a Point, at most eight for the rest. */
export function cellsOf(geometry: Geometry): readonly string[] {
  if (geometry.type === 'Point') {
    const [x = 0, y = 0] = geometry.coordinates;
    return [tokenOf(stepOf(normalLongitude(x), 360), stepOf(y, 180), levels)];
  }
  return cover(boxesOf(geometry).flatMap(normalBoxes), storedCells);
}

/** The last token of the cells that lie in one: all of them are from the token of that on to this one. */
export function lastWithin(cell: string): string {
  return cell.padEnd(levels, '3');
}

/** The tokens to look up for a geoquery; undefined when nothing can be left out (disjoint, minDistance). */
export function cellsCovering({ relation, geometry }: GeoQuery): CellCover | undefined {
  if (relation.kind === 'disjoint' || relation.kind === 'far') return undefined;
  const reach = relation.kind === 'near' ? degreesOfLatitude(relation.maxDistance) : 0;
  const boxes = boxesOf(geometry).flatMap((box) => normalBoxes(widen(box, reach * (1 + slack) + slack)));
  const cells = cover(boxes, lookedUpCells);
  return { cells, enclosing: prefixesOf(cells) };
}

/** Which of the 2^20 steps from -half to half of the span a coordinate is in; beyond the ends, the last one. */
function stepOf(coordinate: number, span: number): number {
  const step = Math.floor((coordinate / span + 0.5) * 2 ** levels);
  return Math.max(0, Math.min(2 ** levels - 1, step));
}

function tokenOf(x: number, y: number, level: number): string {
  let token = '';
  for (let bit = level - 1; bit >= 0; bit -= 1) token += ((x >> bit) & 1) | (((y >> bit) & 1) << 1);
  return token;
}

function prefixesOf(tokens: readonly string[]): readonly string[] {
  const prefixes = new Set<string>();
  for (const token of tokens) {
    for (let length = token.length - 1; length > 0; length -= 1) {
      const prefix = token.slice(0, length);
      // Then its own prefixes are there as well.
      if (prefixes.has(prefix)) break;
      prefixes.add(prefix);
    }
  }
  return [...prefixes];
}

/**
 * The box with a margin of so many degrees of arc on the sphere: near a pole that spans more longitude, and all of it
 * where the pole itself is within reach.
 */
function widen({ west, south, east, north }: Box, degrees: number): Box {
  const farthest = Math.max(Math.abs(south), Math.abs(north));
  const latitudes = { south: south - degrees, north: north + degrees };
  if (farthest + degrees >= 90) return { west: -180, east: 180, ...latitudes };
  const radian = Math.PI / 180;
  const ratio = Math.sin(degrees * radian) / Math.cos(farthest * radian);
  const longitude = Math.asin(Math.min(1, ratio)) / radian + slack;
  return { west: west - longitude, east: east + longitude, ...latitudes };
}

/** The box within -180 to 180: in two parts when it crosses the antimeridian, at which both sides are given. */
function normalBoxes(box: Box): readonly Box[] {
  if (box.east - box.west >= 360) return [{ ...box, west: -180, east: 180 }];
  const shift = 360 * Math.floor((box.west + 180) / 360);
  const [west, east] = [box.west - shift, box.east - shift];
  if (east < 180) return [{ ...box, west, east }];
  return [
    { ...box, west, east: 180 },
    { ...box, west: -180, east: east - 360 },
  ];
}

/** The smallest cells, not more than allowed, that cover all boxes; four that make one are given as that one. */
function cover(boxes: readonly Box[], allowed: number): readonly string[] {
  const [only] = boxes;
  const { cells, level } =
    only !== undefined && boxes.length === 1 ? coverOne(only, allowed) : coverMany(boxes, allowed);
  return joined(
    cells.map(({ x, y }) => tokenOf(x, y, level)),
    level,
  );
}

interface Cover {
  readonly cells: readonly Cell[];
  readonly level: number;
}

function coverMany(boxes: readonly Box[], allowed: number): Cover {
  let cells: readonly Cell[] = [{ x: 0, y: 0 }];
  let level = 0;
  while (level < levels) {
    const smaller = cells
      .flatMap(quarters)
      .filter((cell) => boxes.some((box) => meets(cell, level + 1, box)));
    if (level > 0 && smaller.length > allowed) break;
    cells = smaller;
    level += 1;
  }
  return { cells, level };
}

/** As `coverMany` goes down level by level: the cells of one box are a rectangle, so that its sides say how many. */
function coverOne({ west, south, east, north }: Box, allowed: number): Cover {
  let found: Cover = { cells: [{ x: 0, y: 0 }], level: 0 };
  for (let level = 1; level <= levels; level += 1) {
    const columns = stepsOf(west, east, 360, level);
    const rows = stepsOf(south, north, 180, level);
    if (level > 1 && columns.length * rows.length > allowed) break;
    found = { cells: columns.flatMap((x) => rows.map((y) => ({ x, y }))), level };
  }
  return found;
}

function quarters({ x, y }: Cell): readonly Cell[] {
  const [left, low] = [2 * x, 2 * y];
  return [
    { x: left, y: low },
    { x: left + 1, y: low },
    { x: left, y: low + 1 },
    { x: left + 1, y: low + 1 },
  ];
}

function meets({ x, y }: Cell, level: number, { west, south, east, north }: Box): boolean {
  return (
    touches(x, level, 360, { low: west, high: east }) && touches(y, level, 180, { low: south, high: north })
  );
}

/** True when a step of a level, of which there are 2^level in the span, has a coordinate of the range, ends included. */
function touches(
  step: number,
  level: number,
  span: number,
  { low, high }: { readonly low: number; readonly high: number },
): boolean {
  const size = 2 ** level;
  const left = (step / size) * span - span / 2;
  return low <= left + span / size && high >= left;
}

/** The steps of a level that touch the range, one beside the other. */
function stepsOf(low: number, high: number, span: number, level: number): readonly number[] {
  const guess = (coordinate: number): number => Math.floor((coordinate / span + 0.5) * 2 ** level);
  const found: number[] = [];
  const last = Math.min(2 ** level - 1, guess(high) + 1);
  for (let step = Math.max(0, guess(low) - 1); step <= last; step += 1) {
    if (touches(step, level, span, { low, high })) found.push(step);
  }
  return found;
}

/** Cells of one level, and the largest that quarters of them fill; quarters stand beside each other. */
function joined(tokens: readonly string[], level: number): readonly string[] {
  if (level <= 1) return tokens;
  const quartersIn = new Map<string, string[]>();
  for (const token of tokens) {
    const parent = token.slice(0, level - 1);
    const siblings = quartersIn.get(parent);
    if (siblings === undefined) quartersIn.set(parent, [token]);
    else siblings.push(token);
  }
  const whole = [...quartersIn].filter(([, siblings]) => siblings.length === 4).map(([parent]) => parent);
  const rest = [...quartersIn.values()].filter((siblings) => siblings.length < 4).flat();
  return [...rest, ...joined(whole, level - 1)];
}
