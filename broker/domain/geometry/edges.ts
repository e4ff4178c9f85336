import { spend } from './effort.ts';

/** A straight piece of a line or of a ring, in the plane of longitude (x) and latitude (y). */
export interface Edge {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** What reaches from one latitude to another. */
interface Latitudes {
  readonly low: number;
  readonly high: number;
}

/** Things on the globe that can be looked up by latitude. */
export interface LatitudeIndex<Thing> {
  readonly list: readonly Thing[];
  /**
   * True when one that reaches into the latitudes from `low` to `high` passes the test. Gives others too, and one more
   * than once, unless `low` equals `high`: then each once.
   */
  some(low: number, high: number, test: (thing: Thing) => boolean): boolean;
}

export type EdgeIndex = LatitudeIndex<Edge>;

/** Edges by latitude; points are edges without a length. */
export function indexEdges(list: readonly Edge[]): EdgeIndex {
  return indexLatitudes(list, ({ y1, y2 }) => ({ low: Math.min(y1, y2), high: Math.max(y1, y2) }));
}

/**
 * Sorts things into strips of latitude, as many as keep the entries at about four for each: the long borders of
 * real places are then searched in nearly constant time, and a zigzag from pole to pole costs no memory.
 */
export function indexLatitudes<Thing>(
  list: readonly Thing[],
  latitudesOf: (thing: Thing) => Latitudes,
): LatitudeIndex<Thing> {
  const { low, height, count } = planStrips(list.map(latitudesOf));
  if (count === 1) return { list, some: (_low, _high, test) => someOf(list, test) };
  const stripOf = (y: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(((y - low) / height) * count)));
  const strips = Array.from({ length: count }, (): Thing[] => []);
  for (const thing of list) {
    const reach = latitudesOf(thing);
    const last = stripOf(reach.high);
    for (let at = stripOf(reach.low); at <= last; at += 1) strips[at]?.push(thing);
  }
  return {
    list,
    some(from, to, test) {
      const last = stripOf(to);
      for (let at = stripOf(from); at <= last; at += 1) if (someOf(strips[at] ?? [], test)) return true;
      return false;
    },
  };
}

function someOf<Thing>(list: readonly Thing[], test: (thing: Thing) => boolean): boolean {
  const at = list.findIndex(test);
  spend(at < 0 ? list.length + 1 : at + 1);
  return at >= 0;
}

const FEW = 16;

function planStrips(all: readonly Latitudes[]): { low: number; height: number; count: number } {
  let [lowest, highest, climbed] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const { low, high } of all) {
    lowest = Math.min(lowest, low);
    highest = Math.max(highest, high);
    climbed += high - low;
  }
  const height = highest - lowest;
  const most = 4 * all.length;
  const wanted = climbed === 0 ? most : Math.floor((3 * all.length * height) / climbed);
  return {
    low: lowest,
    height,
    count: all.length < FEW || height === 0 ? 1 : Math.max(1, Math.min(wanted, most)),
  };
}
