import type { Position } from '../../../../broker/domain/geometry/geometry.ts';

/*
 * A reference for relations of geometries: on a lattice a geometry is the finite set of corners, edges and faces that it
 * is made of, so that every sentence of ISO 19125 is one about finite sets. Positions are doubled: corners have two even
 * coordinates, edges one, faces none.
 */

/** A corner, an edge or a face, by its doubled coordinates. */
type Element = string;

/** A geometry on the lattice. */
export interface Figure {
  readonly dimension: 0 | 1 | 2;
  readonly elements: ReadonlySet<Element>;
  readonly interior: ReadonlySet<Element>;
}

const nameOf = (x: number, y: number): Element => `${x} ${y}`;
const isEven = (value: number): boolean => value % 2 === 0;

/** Positions may be corners, or middles of edges and faces. */
export function pointsFigure(positions: readonly Position[]): Figure {
  const elements = new Set(positions.map(([x = 0, y = 0]) => nameOf(2 * x, 2 * y)));
  return { dimension: 0, elements, interior: elements };
}

/** Lines from corner to corner, along the edges; corners where an odd number of lines end are their boundary. */
export function linesFigure(lines: readonly (readonly Position[])[]): Figure {
  const elements = new Set(lines.flatMap(elementsAlong));
  const interior = new Set(elements);
  const ends = lines.flatMap((line) => [line[0], line.at(-1)] as readonly Position[]);
  for (const [x = 0, y = 0] of ends) {
    const isSame = ([a, b]: Position): boolean => a === x && b === y;
    if (!isEven(ends.filter(isSame).length)) interior.delete(nameOf(2 * x, 2 * y));
  }
  return { dimension: 1, elements, interior };
}

/** Polygons whose rings go along the edges, each even-odd by itself, and then together. */
export function polygonsFigure(
  polygons: readonly (readonly (readonly Position[])[])[],
  size: number,
): Figure {
  const edges = polygons.map((rings) => rings.map(elementsAlong));
  const isInside = (x: number, y: number): boolean =>
    edges.some((rings) => !isEven(rings.reduce((sum, ring) => sum + crossings(ring, x, y, size), 0)));
  const elements = new Set(edges.flat(2));
  const interior = new Set<Element>();
  for (let x = 0; x <= 2 * size; x++) {
    for (let y = 0; y <= 2 * size; y++) {
      const faces = facesAt(x, y);
      if (faces.some(([a, b]) => isInside(a, b))) elements.add(nameOf(x, y));
      if (faces.every(([a, b]) => isInside(a, b))) interior.add(nameOf(x, y));
    }
  }
  return { dimension: 2, elements, interior };
}

/** The faces that an element is part of: itself, two or four. */
function facesAt(x: number, y: number): readonly (readonly [number, number])[] {
  const columns = isEven(x) ? [x - 1, x + 1] : [x];
  const rows = isEven(y) ? [y - 1, y + 1] : [y];
  return columns.flatMap((column) => rows.map((row) => [column, row] as const));
}

/** How often the ring is met on the way from the middle of a face to the east. */
function crossings(ring: readonly Element[], x: number, y: number, size: number): number {
  let count = 0;
  for (let at = x + 1; at <= 2 * size; at += 2) {
    count += ring.filter((element) => element === nameOf(at, y)).length;
  }
  return count;
}

/** The corners and edges of a path along the lattice, as often as it passes them. */
function elementsAlong(path: readonly Position[]): readonly Element[] {
  const [[startX = 0, startY = 0] = []] = path;
  const elements = [nameOf(2 * startX, 2 * startY)];
  for (const [at, [toX = 0, toY = 0]] of path.slice(1).entries()) {
    const [fromX = 0, fromY = 0] = path[at] as Position;
    const steps = 2 * (Math.abs(toX - fromX) + Math.abs(toY - fromY));
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      elements.push(nameOf(2 * (fromX + part * (toX - fromX)), 2 * (fromY + part * (toY - fromY))));
    }
  }
  return elements;
}

/** The relations by which a target is judged (clause 4.10), as ISO 19125 defines them. */
export const relations: Readonly<Record<string, (target: Figure, reference: Figure) => boolean>> = {
  intersects: meets,
  disjoint: (target, reference) => !meets(target, reference),
  within: isWithin,
  contains: (target, reference) => isWithin(reference, target),
  equals: (target, reference) => isPartOf(target, reference) && isPartOf(reference, target),
  overlaps: (target, reference) =>
    target.dimension === reference.dimension &&
    haveCommonPart(target, reference) &&
    !isPartOf(target, reference) &&
    !isPartOf(reference, target),
};

function meets(one: Figure, other: Figure): boolean {
  return [...one.elements].some((element) => other.elements.has(element));
}

function isPartOf(inner: Figure, outer: Figure): boolean {
  return (
    inner.dimension <= outer.dimension && [...inner.elements].every((element) => outer.elements.has(element))
  );
}

function isWithin(inner: Figure, outer: Figure): boolean {
  return isPartOf(inner, outer) && [...inner.interior].some((element) => outer.interior.has(element));
}

/** A part of the dimension that both have: a corner, an edge or a face. */
function haveCommonPart(one: Figure, other: Figure): boolean {
  const odd = (element: Element): number =>
    element.split(' ').filter((coordinate) => !isEven(Number(coordinate))).length;
  return [...one.interior].some(
    (element) => other.interior.has(element) && (one.dimension === 0 || odd(element) === one.dimension),
  );
}
