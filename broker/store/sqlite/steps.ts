import type { ConditionScope, Sql } from './condition.ts';
import { type Lot, type Lots, lotsOf } from './lots.ts';
import type { Session } from './session.ts';
import { ALL_TYPES } from './type-counter.ts';
import type { Ways } from './ways.ts';

/** What the next page wants: so many places behind `after`, the first `skip` left out. */
export interface Step {
  readonly after: number;
  readonly size: number;
  readonly skip: number;
}

/** Some of the places that were wanted. */
export interface Stride extends Lot {
  /** How many of those to be left out were. */
  readonly skipped: number;
}

/** Gives the places of Entities in the creation order: perhaps fewer than wanted, none even, until `isLast`. */
export type Steps = (step: Step) => Stride;

/** What can be gone through. */
export interface Walk {
  readonly scope: ConditionScope;
  readonly ways: Ways;
  /** A test of `o.seq` that nearly all pass, where the ways are to give exactly what meets the Condition. */
  readonly most: Sql | undefined;
  /** About how many Entities there are to be gone through. */
  readonly entities: number;
}

/** So many places are picked out at no cost to speak of. */
const FEW = 8000;
/** A way with fewer places than this is soon at its end. */
const SHORT = 100;
/** Passing a row costs what picking out so many places does: 0.1 microseconds each, against 0.1 to 0.7 with its tests. */
const PLACES_A_ROW = 2;
/** Reading and judging an Entity costs what passing so many rows does. */
export const ROWS_AN_ENTITY = 40;
/** So many times the first page may be read before it is in vain: indexes are not exact. */
const WANTED = 3;
/** To pass so many rows for a place of these is less work than to count what is there. */
const ROWS_A_PLACE = 200;
/** Ways are compared when so many rows were passed in vain, and then whenever twice as many were. */
const FIRST_IN_VAIN = 400;
const PASSED_IN_VAIN = 2000;
/** Rows passed at once: more than an Entity has, and a few milliseconds' worth at most. */
const SMALLEST_LOT = 200;
const LARGEST_LOT = 5000;
/** Places picked out at once: a few for the first page, and more as the reader goes on. */
const LARGEST_PICK = 20_000;

/**
 * How to go through what meets the Condition: along an index in creation order, testing what is met by other indexes
 * before an Entity is read. Where that meets little, another way may be better, of which all places have to be picked
 * out first. Which it is shows on the way: what was passed says how many places may be counted, so that the cost is
 * never much more than that of the better choice, however many Entities there are.
 */
export function stepsOf(session: Session, { scope, ways, most, entities }: Walk): Steps {
  const compile = (of: Ways['inOrder']) => of.map((way) => lotsOf(session, scope, way, most));
  const walks = compile(ways.inOrder);
  const picks = compile(ways.others);
  // Where half of all are in the places, there is nothing to be won.
  const tooMany = Math.max(FEW, Math.floor(entities / 2));
  const hasChoice = walks.length > 1 || picks.length > 0;
  const effort = effortOf();
  let walk: Lots | undefined;
  let steps: Steps | undefined;
  let nextChoice = 0;
  const choose = (after: number): Steps => {
    const inVain = Math.max(0, effort.inVain());
    const best = thinnest(walks, after);
    const isShort = walks.length > 1 && best.reach(SHORT, after) === undefined;
    // Where passing rows is cheap, the first of them tell whether there is anything to be counted.
    const isFirst = walk === undefined && best.isCheap;
    nextChoice = isFirst ? FIRST_IN_VAIN : Math.max(PASSED_IN_VAIN, 2 * inVain);
    const limit = Math.min(tooMany, FEW + PLACES_A_ROW * inVain);
    const few = isShort || isFirst ? undefined : fewest(picks, limit, after);
    if (few !== undefined) {
      nextChoice = Number.POSITIVE_INFINITY;
      return lotSteps(few, ({ size }, last) => Math.min(LARGEST_PICK, 4 * Math.max(size, last)));
    }
    if (best === walk && steps !== undefined) return steps;
    walk = best;
    return walkSteps(best);
  };
  return (step) => {
    if (steps === undefined || (hasChoice && effort.inVain() >= nextChoice)) steps = choose(step.after);
    const stride = steps(step);
    effort.add(step, stride);
    return stride;
  };
}

/** What was done so far, in rows. */
function effortOf() {
  let passed = 0;
  let places = 0;
  let wanted = 0;
  return {
    add: (step: Step, stride: Stride): void => {
      wanted ||= WANTED * step.size;
      passed += stride.passed;
      places += stride.places.length;
    },
    inVain: (): number =>
      passed + ROWS_AN_ENTITY * places - (ROWS_A_PLACE + ROWS_AN_ENTITY) * Math.min(places, wanted),
  };
}

/** The walk on which the next places are farthest apart. */
export function thinnest(walks: readonly Lots[], after: number): Lots {
  const [first, ...rest] = walks as readonly [Lots, ...Lots[]];
  if (rest.length === 0) return first;
  const reachOf = (walk: Lots): number => walk.reach(SHORT, after) ?? Number.POSITIVE_INFINITY;
  let found = { walk: first, reach: reachOf(first) };
  for (const walk of rest) {
    const reach = reachOf(walk);
    if (reach > found.reach) found = { walk, reach };
  }
  return found.walk;
}

/** That with the fewest places, unless all have more than the limit. */
function fewest(picks: readonly Lots[], limit: number, after: number): Lots | undefined {
  let found: { readonly lots: Lots; readonly size: number } | undefined;
  for (const lots of picks) {
    const size = lots.size((found?.size ?? limit) + 1, after);
    if (size <= (found === undefined ? limit : found.size - 1)) found = { lots, size };
  }
  return found?.lots;
}

/** A page at once where every place is wanted; else through lots that grow. */
function walkSteps(lots: Lots): Steps {
  if (lots.isWhole) {
    return ({ after, size, skip }) => ({ ...lots.next({ after, most: size, skip }), skipped: skip });
  }
  return lotSteps(lots, ({ size }, last) => Math.min(LARGEST_LOT, Math.max(SMALLEST_LOT, size, 2 * last)));
}

/** Steps of at most one lot each. A page of large Entities may end before its last place, and the next one goes on there. */
function lotSteps(lots: Lots, sizeOf: (step: Step, last: number) => number): Steps {
  let lot: (Lot & { readonly begin: number }) | undefined;
  let waiting: readonly number[] = [];
  let most = 0;
  let given: number | undefined;
  /** The lot with the next places: the one before, while there may be some in it. */
  const lotFor = (step: Step): Lot & { readonly isNew: boolean } => {
    const { after } = step;
    if (lot !== undefined && after !== given && after >= lot.begin && after < lot.end) {
      waiting = lot.places.filter((place) => place > after);
    } else if (lot === undefined || after !== given || (waiting.length === 0 && !lot.isLast)) {
      most = sizeOf(step, most);
      lot = { ...lots.next({ after, most, skip: 0 }), begin: after };
      waiting = lot.places;
      return { ...lot, isNew: true };
    }
    return { ...lot, isNew: false };
  };
  return (step) => {
    const { end, isLast, passed, isNew } = lotFor(step);
    const skipped = Math.min(step.skip, waiting.length);
    const places = waiting.slice(skipped, skipped + step.size);
    waiting = waiting.slice(skipped + step.size);
    given = waiting.length > 0 ? (places.at(-1) as number) : end;
    return {
      places,
      skipped,
      end: given,
      isLast: isLast && waiting.length === 0,
      passed: isNew ? passed : 0,
    };
  };
}

/** What a Condition of one tenant is compiled with. */
export function scopeOf({ database, iris }: Session, tenant: number): ConditionScope {
  const entities = database.cached<[number]>('SELECT entities FROM type_count WHERE tenant = ? AND type = ?');
  return {
    tenant,
    numberOf: iris.find,
    entitiesOf: (type) => {
      const no = type === undefined ? ALL_TYPES : iris.find(type);
      return no === undefined ? 0 : (entities.get(tenant, no)?.[0] ?? 0);
    },
  };
}

/** A filter on `o.seq`: the Entity has not expired. */
export function alive({ now }: Session): Sql {
  return {
    text: 'o.seq NOT IN (SELECT seq FROM entity INDEXED BY entity_expiry WHERE expires_at <= ?)',
    values: [now()],
  };
}
