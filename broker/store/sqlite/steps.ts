import type { Condition } from '../../domain/query/condition.ts';
import { type ConditionScope, estimate, type Sources, type Sql, toSources } from './condition.ts';
import { countPlaces, lotOf, type Places } from './places.ts';
import type { Session } from './session.ts';
import { ALL_TYPES } from './type-counter.ts';

/** What the next page wants: so many places behind `after`, the first `skip` left out. */
export interface Step {
  readonly after: number;
  readonly size: number;
  readonly skip: number;
}

/** Gives the places of Entities in the creation order; fewer than wanted at the end only. */
export type Steps = (step: Step) => readonly number[];

/** What can be walked through. */
export interface Walk {
  readonly condition: Condition;
  readonly scope: ConditionScope;
  /** The ways through cells and values: see `placesOf`. */
  readonly ways: readonly Places[];
  /** False when an index of the way is out of use by now: a slow reader may outlive it. */
  readonly isOpen: (way: Places) => boolean;
  /** Called when a way is taken. */
  readonly onTaken: (way: Places) => void;
}

/** So many places are picked out at no cost to speak of. */
const FEW = 6000;
/** Counting again is worth while after so many Entities, and then whenever twice as many have been walked. */
const WALKED_IN_VAIN = 100;
/** Picking out so many places costs what walking past one Entity does: 0.04 microseconds each, against 2. */
const PLACES_AN_ENTITY = 50;
/** Places that are looked up at once: a few for the first page, and more as the reader goes on. */
const LARGEST_LOT = 20_000;

/**
 * How to go through what meets the Condition. Where nothing but indexes in creation order is concerned, along these.
 * Cells and values have no such order: few places in them are picked out, a lot at a time; where many are, all Entities
 * are walked through, and most are not in vain. Which it is shows on the way: what has been walked says how many places
 * may be counted, so that the cost is never much more than that of the better choice, however many Entities there are.
 */
export function stepsOf(session: Session, { condition, scope, ways, isOpen, onTaken }: Walk): Steps {
  const walk = indexSteps(session, scope, condition);
  if (ways.length === 0) return walk;
  // Where half of all are in the places, there is nothing to be won.
  const tooMany = Math.max(FEW, Math.floor(estimate(condition, scope) / 2));
  let taken: { readonly way: Places; readonly steps: Steps } | undefined;
  let walked = 0;
  let nextTry = 0;
  const tryWays = (): void => {
    const most = Math.min(tooMany, FEW + PLACES_AN_ENTITY * walked);
    const { places, size } = smallest(session, ways.filter(isOpen), most);
    nextTry = Math.max(WALKED_IN_VAIN, 2 * walked);
    if (places === undefined || size > most) return;
    onTaken(places);
    taken = { way: places, steps: lotSteps(session, scope, places) };
  };
  return (step) => {
    if (taken !== undefined && !isOpen(taken.way)) taken = undefined;
    if (taken === undefined && walked >= nextTry) tryWays();
    if (taken !== undefined) return taken.steps(step);
    walked += step.size;
    return walk(step);
  };
}

/** The way with the fewest places, if any, and how many these are, counted up to just over a limit. */
function smallest(
  session: Session,
  ways: readonly Places[],
  limit: number,
): { readonly places: Places | undefined; readonly size: number } {
  const none = { places: undefined, size: Number.POSITIVE_INFINITY };
  const counted = ways.map((places) => ({ places, size: countPlaces(session, places, limit + 1) }));
  return counted.reduce<ReturnType<typeof smallest>>(
    (least, other) => (other.size < least.size ? other : least),
    none,
  );
}

/** What a Condition of one tenant is compiled with. */
export function scopeOf({ database, iris }: Session, tenant: number): ConditionScope {
  const size = database.cached<[number]>(
    'SELECT count(*) FROM (SELECT 1 FROM token WHERE tenant = ? AND token = ? LIMIT 5000)',
  );
  const entities = database.cached<[number]>('SELECT entities FROM type_count WHERE tenant = ? AND type = ?');
  return {
    tenant,
    numberOf: iris.find,
    sizeOf: (token) => size.get(tenant, token)?.[0] ?? 0,
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

export function union(sources: Sources): Sql {
  return {
    text: sources.map(({ text }) => text).join(' UNION '),
    values: sources.flatMap(({ values }) => values),
  };
}

function indexSteps(session: Session, scope: ConditionScope, condition: Condition): Steps {
  return ({ after, size, skip }) => {
    const behind: Sql = { text: 'o.seq > ?', values: [after] };
    const sources = toSources(condition, scope, [behind, alive(session)]);
    if (sources.length === 0) return [];
    const { text, values } = union(sources);
    return session.database
      .cached<[number]>(`${text} ORDER BY 1 LIMIT ? OFFSET ?`)
      .all(...values, size, skip)
      .map(([seq]) => seq);
  };
}

/** Steps through the places of one way; from anew where a page of large Entities ended before its last place. */
function lotSteps(session: Session, scope: ConditionScope, way: Places): Steps {
  let waiting: readonly number[] = [];
  let end = 0;
  let isLast = false;
  let most = 0;
  let given: number | undefined;
  return ({ after, size }) => {
    if (after !== given) [waiting, end, isLast] = [[], after, false];
    const found: number[] = [];
    while (found.length < size && (waiting.length > 0 || !isLast)) {
      if (waiting.length === 0) {
        most = Math.min(LARGEST_LOT, 4 * Math.max(size, most));
        ({ places: waiting, end, isLast } = lotOf(session, way, scope, { after: end, most }));
      }
      const taken = waiting.slice(0, size - found.length);
      found.push(...taken);
      waiting = waiting.slice(taken.length);
    }
    given = found.at(-1);
    return found;
  };
}
