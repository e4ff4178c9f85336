import type { Entity } from '../../domain/entity.ts';
import type { Condition } from '../../domain/query/condition.ts';
import { isExact } from '../condition-types.ts';
import type { FindPage } from '../store.ts';
import { type ConditionScope, estimate } from './condition.ts';
import { type EntityCache, keyPrefixOf } from './entity-cache.ts';
import { entityLoader, HEAVIEST_PAGE } from './load-entities.ts';
import { lotsOf } from './lots.ts';
import { resolve } from './resolved.ts';
import type { Session } from './session.ts';
import { alive, ROWS_AN_ENTITY, type Steps, scopeOf, stepsOf, thinnest } from './steps.ts';
import type { TypeCounts } from './type-counts.ts';
import type { Combination, ValueIndexes } from './value-indexes.ts';
import type { ValueUsage } from './value-usage.ts';
import { waysOf } from './ways.ts';

/** Finds Entities of any tenant: see `find` and `count` of the TenantStore. */
export interface Finder {
  find(tenant: string, condition: Condition, page?: FindPage): AsyncIterable<readonly Entity[]>;
  count(tenant: string, condition: Condition): Promise<number>;
}

export interface FinderParts {
  readonly session: Session;
  readonly cache: EntityCache;
  readonly typeCounts: TypeCounts;
  readonly valueIndexes: Pick<ValueIndexes, 'find'>;
  readonly valueUsage: Pick<ValueUsage, 'used' | 'wasted'>;
}

/** Rows of one page. */
const SMALLEST_PAGE = 20;
const LARGEST_PAGE = 500;

export function finder(parts: FinderParts): Finder {
  return {
    find: (tenant, condition, page = {}) => find(parts, tenant, condition, page),
    count: (tenant, condition) => count(parts, tenant, condition),
  };
}

/** Pages that grow from what the caller wants: each is read at once, and holds no transaction afterwards. */
async function* find(
  parts: FinderParts,
  tenantName: string,
  condition: Condition,
  { offset = 0, limit = LARGEST_PAGE, attributes }: FindPage,
): AsyncGenerator<readonly Entity[]> {
  const { session, cache } = parts;
  const { read, tenants } = session;
  const tenant = await read(() => tenants.find(tenantName));
  if (tenant === undefined) return;
  const route = routeOf(parts, tenant, condition);
  const load = entityLoader(session, cache, keyPrefixOf(tenantName), attributes);
  const breather = takeBreath();
  let size = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, limit + 1));
  let after = 0;
  let skip = offset;
  let cost = -FOUND_SOON * limit;
  try {
    for (;;) {
      const step = { after, size, skip };
      const { stride, entities, last, weight } = await read(() => {
        const found = route.next(step);
        return { stride: found, ...load(found.places) };
      });
      const stepCost = entities.length + stride.passed / ROWS_AN_ENTITY;
      cost += stepCost;
      if (entities.length > 0) yield entities;
      const isWhole = last === stride.places.at(-1);
      if (isWhole && stride.isLast) return;
      after = isWhole ? stride.end : (last as number);
      skip -= stride.skipped;
      await breather(Math.max(stepCost, (AT_ONCE * weight) / HEAVIEST_PAGE));
      if (stride.places.length === size) size = Math.min(LARGEST_PAGE, size * 2);
    }
  } finally {
    route.end(cost);
  }
}

/** Work of so many Entities is done at once, some milliseconds' worth; then others come between. */
const AT_ONCE = 400;

function takeBreath(): (entities: number) => Promise<void> {
  let done = 0;
  return async (entities) => {
    done += entities;
    if (done < AT_ONCE) return;
    done = 0;
    await new Promise(setImmediate);
  };
}

/** A query that goes through so many times what is wanted would have an index. */
const FOUND_SOON = 10;

/** How to go through what meets the Condition; `end` is told the work of how many Entities was in vain. */
interface Route {
  readonly next: Steps;
  end(inVain: number): void;
}

/** The route is laid anew where an index has gone: a slow reader may outlive it. */
function routeOf(parts: FinderParts, tenant: number, condition: Condition): Route {
  const { session, valueIndexes, valueUsage } = parts;
  const scope = scopeOf(session, tenant);
  const isThere = ({ no, combination }: UsedIndex): boolean => valueIndexes.find(combination)?.no === no;
  let laid: LaidRoute | undefined;
  return {
    next: (step) => {
      if (laid === undefined || !laid.indexes.every(isThere)) laid = lay(parts, scope, condition);
      return laid.steps(step);
    },
    end: (inVain) => {
      if (laid === undefined) return;
      valueUsage.used(laid.indexes.map(({ no }) => no));
      if (inVain > 0) valueUsage.wasted(laid.missing, inVain, estimate(condition, scope));
    },
  };
}

interface UsedIndex {
  readonly no: number;
  readonly combination: Combination;
}

interface LaidRoute {
  readonly steps: Steps;
  readonly indexes: readonly UsedIndex[];
  /** What indexes could have been used for, and are not there. */
  readonly missing: readonly Combination[];
}

function lay({ session, valueIndexes }: FinderParts, scope: ConditionScope, condition: Condition): LaidRoute {
  const missing: Combination[] = [];
  const indexes: UsedIndex[] = [];
  const resolved = resolve(condition, (type, subject) => {
    const combination = { tenant: scope.tenant, type, subject };
    const index = valueIndexes.find(combination);
    if (index === undefined) missing.push(combination);
    else indexes.push({ no: index.no, combination });
    return index?.no;
  });
  const steps = stepsOf(session, {
    scope,
    ways: waysOf(resolved, scope),
    most: isExact(condition) ? alive(session) : undefined,
    entities: estimate(condition, scope),
  });
  return { steps, indexes, missing };
}

/** Rows that are counted at once. */
const COUNTED_AT_ONCE = 10_000;

async function count(
  { session, typeCounts }: FinderParts,
  name: string,
  condition: Condition,
): Promise<number> {
  const { read, tenants } = session;
  if (condition.kind === 'anything') return read(() => typeCounts.of(name, undefined));
  if (condition.kind === 'type') return read(() => typeCounts.of(name, condition.type));
  if (!isExact(condition)) throw new Error('Only exact Conditions can be counted.');
  const tenant = await read(() => tenants.find(name));
  if (tenant === undefined) return 0;
  const scope = scopeOf(session, tenant);
  const lots = await read(() => {
    const { inOrder } = waysOf(
      resolve(condition, () => undefined),
      scope,
    );
    return thinnest(
      inOrder.map((way) => lotsOf(session, scope, way, alive(session))),
      0,
    );
  });
  let counted = 0;
  let after = 0;
  for (;;) {
    const lot = await read(() => lots.count({ after, most: COUNTED_AT_ONCE }));
    counted += lot.count;
    if (lot.isLast) return counted;
    after = lot.end;
    await new Promise(setImmediate);
  }
}
