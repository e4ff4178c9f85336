import type { Edge } from './edges.ts';
import { normalLongitude, type Shape } from './shape.ts';
import { halvesOf, type Stretch, straightBetween, stretchOf, type Vector } from './stretches.ts';

/** A part of a shape in space, down to stretches of its edges as short as one likes. */
export type Part = Stretch | Group;

/** Two parts that lie near each other, within `radius` metres around the middle. */
interface Group {
  readonly kind: 'group';
  readonly halves: readonly [Part, Part];
  readonly middle: Vector;
  readonly radius: number;
}

/** What is made of so few edges costs less than to be remembered. */
const FEW = 16;

const known = new WeakMap<Shape, Part>();

/** The shape as one part: points, lines or boundaries. Made once for a shape of many edges. */
export function wholeOf(shape: Shape): Part | undefined {
  const before = known.get(shape);
  if (before !== undefined) return before;
  const edges =
    shape.dimension > 0 ? shape.edges.list : shape.points.map(({ x, y }) => ({ x1: x, y1: y, x2: x, y2: y }));
  if (edges.length <= FEW) return united(edges.map(stretchOf));
  const whole = united(inPlace(edges).map(stretchOf));
  if (whole !== undefined) known.set(shape, whole);
  return whole;
}

/** The two parts that a part is made of. */
export function halves(part: Part): readonly [Part, Part] {
  return part.kind === 'group' ? part.halves : halvesOf(part);
}

/** So that what stands side by side is close together: in the order of a curve through all squares of the globe. */
function inPlace(edges: readonly Edge[]): readonly Edge[] {
  return edges
    .map((edge) => ({ edge, place: placeOf(edge) }))
    .sort((one, other) => one.place - other.place)
    .map(({ edge }) => edge);
}

const BITS = 16;

function placeOf({ x1, y1 }: Edge): number {
  const column = Math.floor((normalLongitude(x1) / 360 + 0.5) * (2 ** BITS - 1));
  const row = Math.floor((y1 / 180 + 0.5) * (2 ** BITS - 1));
  let place = 0;
  for (let bit = BITS - 1; bit >= 0; bit -= 1)
    place = 4 * place + 2 * ((row >> bit) & 1) + ((column >> bit) & 1);
  return place;
}

/** A tree over neighbours, level by level; undefined for no part at all. */
function united(parts: readonly Part[]): Part | undefined {
  let level = parts;
  while (level.length > 1) {
    const next: Part[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [one, other] = [level[at] as Part, level[at + 1]];
      next.push(other === undefined ? one : groupOf(one, other));
    }
    level = next;
  }
  return level[0];
}

/** The smallest ball around two balls. */
function groupOf(one: Part, other: Part): Group {
  const apart = straightBetween(one.middle, other.middle);
  const radius = Math.max(one.radius, other.radius, (apart + one.radius + other.radius) / 2);
  const along = apart === 0 ? 0 : Math.max(0, Math.min(1, (radius - one.radius) / apart));
  const [[a, b, c], [d, e, f]] = [one.middle, other.middle];
  const middle = [a + along * (d - a), b + along * (e - b), c + along * (f - c)] as const;
  return { kind: 'group', halves: [one, other], middle, radius };
}
