/** A straight piece of a line or of a ring, in the plane of longitude (x) and latitude (y). */
export interface Edge {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Edges that can be looked up by latitude. */
export interface EdgeIndex {
  readonly list: readonly Edge[];
  /**
   * True when some edge that reaches into the latitudes from `low` to `high` passes the test. Gives edges outside too,
   * and an edge more than once, unless `low` equals `high`: then each once.
   */
  some(low: number, high: number, test: (edge: Edge) => boolean): boolean;
}

/**
 * Sorts edges into strips of latitude, as many as keep the entries at about four for each edge: the long borders of
 * real places are then searched in nearly constant time, and a zigzag from pole to pole costs no memory.
 */
export function indexEdges(list: readonly Edge[]): EdgeIndex {
  const { low, height, count } = planStrips(list);
  if (count === 1) return { list, some: (_low, _high, test) => list.some(test) };
  const stripOf = (y: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(((y - low) / height) * count)));
  const strips = Array.from({ length: count }, (): Edge[] => []);
  for (const edge of list) {
    const last = stripOf(Math.max(edge.y1, edge.y2));
    for (let at = stripOf(Math.min(edge.y1, edge.y2)); at <= last; at += 1) strips[at]?.push(edge);
  }
  return {
    list,
    some(from, to, test) {
      const last = stripOf(to);
      for (let at = stripOf(from); at <= last; at += 1) if (strips[at]?.some(test)) return true;
      return false;
    },
  };
}

const fewEdges = 16;

function planStrips(list: readonly Edge[]): { low: number; height: number; count: number } {
  let [low, high, climbed] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const { y1, y2 } of list) {
    low = Math.min(low, y1, y2);
    high = Math.max(high, y1, y2);
    climbed += Math.abs(y2 - y1);
  }
  const height = high - low;
  const count =
    list.length < fewEdges || climbed === 0 ? 1 : Math.floor((3 * list.length * height) / climbed);
  return { low, height, count: Math.max(1, Math.min(count, 4 * list.length)) };
}
