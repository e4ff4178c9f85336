import type { Entity } from '../../domain/entity.ts';
import type { Condition } from '../../domain/query/condition.ts';
import type { FindPage } from '../store.ts';
import { estimate, isExact, toSources } from './condition.ts';
import { type EntityCache, keyPrefixOf } from './entity-cache.ts';
import { entityLoader } from './load-entities.ts';
import { placesOf } from './places.ts';
import type { Session } from './session.ts';
import { alive, type Steps, scopeOf, stepsOf, union, type Walk } from './steps.ts';
import type { TypeCounts } from './type-counts.ts';
import type { Combination, ValueIndexes } from './value-indexes.ts';
import type { ValueUsage } from './value-usage.ts';

/** Finds Entities of any tenant: see `find` and `count` of the TenantStore. */
export interface Finder {
  find(tenant: string, condition: Condition, page?: FindPage): AsyncIterable<readonly Entity[]>;
  count(tenant: string, condition: Condition): number;
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
  { offset = 0, limit = LARGEST_PAGE }: FindPage,
): AsyncGenerator<readonly Entity[]> {
  const { session, cache } = parts;
  const { read, tenants } = session;
  const tenant = await read(() => tenants.find(tenantName));
  if (tenant === undefined) return;
  const route = await read(() => routeOf(parts, tenant, condition));
  const load = entityLoader(session, cache, keyPrefixOf(tenantName));
  let size = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, limit + 1));
  let after = 0;
  let skip = offset;
  let looked = 0;
  try {
    for (;;) {
      const step = { after, size, skip };
      const { seqs, entities, last } = await read(() => {
        const found = route.next(step);
        return { seqs: found, ...load(found) };
      });
      looked += seqs.length;
      if (entities.length > 0) yield entities;
      if (last === undefined || (seqs.length < size && last === seqs.at(-1))) return;
      after = last;
      skip = 0;
      // A long walk lets others come between.
      if (size === LARGEST_PAGE) await new Promise(setImmediate);
      size = Math.min(LARGEST_PAGE, size * 2);
    }
  } finally {
    route.end(looked - FOUND_SOON * limit);
  }
}

/** A query that goes through so many times what is wanted would have an index. */
const FOUND_SOON = 10;

/** How to go through what meets the Condition; `end` is told how many Entities were gone through in vain. */
function routeOf(
  { session, valueIndexes, valueUsage }: FinderParts,
  tenant: number,
  condition: Condition,
): { readonly next: Steps; readonly end: (inVain: number) => void } {
  const scope = scopeOf(session, tenant);
  const missing: Combination[] = [];
  const found = new Map<number, Combination>();
  const ways = placesOf(condition, scope, (type, path) => {
    const combination = { tenant, type, path };
    const index = valueIndexes.find(combination);
    if (index === undefined) missing.push(combination);
    else found.set(index.no, combination);
    return index?.no;
  });
  const isThere = (no: number): boolean => {
    const combination = found.get(no);
    return combination !== undefined && valueIndexes.find(combination)?.no === no;
  };
  const isOpen: Walk['isOpen'] = ({ indexes }) => indexes.every(isThere);
  const onTaken: Walk['onTaken'] = ({ indexes }) => valueUsage.used(indexes);
  const entities = missing.length === 0 ? 0 : estimate(condition, scope);
  return {
    next: stepsOf(session, { condition, scope, ways, isOpen, onTaken }),
    end: (inVain) => {
      if (inVain > 0) valueUsage.wasted(missing, inVain, entities);
    },
  };
}

function count({ session, typeCounts }: FinderParts, name: string, condition: Condition): number {
  if (condition.kind === 'anything') return typeCounts.of(name, undefined);
  if (condition.kind === 'type') return typeCounts.of(name, condition.type);
  if (!isExact(condition)) throw new Error('Only exact Conditions can be counted.');
  const tenant = session.tenants.find(name);
  if (tenant === undefined) return 0;
  const sources = toSources(condition, scopeOf(session, tenant), [alive(session)]);
  if (sources.length === 0) return 0;
  const { text, values } = union(sources);
  return session.database.cached<[number]>(`SELECT count(*) FROM (${text})`).get(...values)?.[0] ?? 0;
}
