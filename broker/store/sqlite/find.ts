import type { Entity } from '../../domain/entity.ts';
import type { Condition } from '../../domain/query/condition.ts';
import type { FindPage } from '../store.ts';
import { isExact, toSources } from './condition.ts';
import { type EntityCache, keyPrefixOf } from './entity-cache.ts';
import { entityLoader } from './load-entities.ts';
import type { Session } from './session.ts';
import { alive, scopeOf, stepsOf, union } from './steps.ts';
import type { TypeCounts } from './type-counts.ts';

/** Finds Entities of any tenant: see `find` and `count` of the TenantStore. */
export interface Finder {
  find(tenant: string, condition: Condition, page?: FindPage): AsyncIterable<readonly Entity[]>;
  count(tenant: string, condition: Condition): number;
}

export interface FinderParts {
  readonly session: Session;
  readonly cache: EntityCache;
  readonly typeCounts: TypeCounts;
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
  { session, cache }: FinderParts,
  tenantName: string,
  condition: Condition,
  { offset = 0, limit = LARGEST_PAGE }: FindPage,
): AsyncGenerator<readonly Entity[]> {
  const { read, tenants } = session;
  const tenant = await read(() => tenants.find(tenantName));
  if (tenant === undefined) return;
  const next = stepsOf(session, scopeOf(session, tenant), condition);
  const load = entityLoader(session, cache, keyPrefixOf(tenantName));
  let size = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, limit + 1));
  let after = 0;
  let skip = offset;
  for (;;) {
    const step = { after, size, skip };
    const { seqs, entities, last } = await read(() => {
      const found = next(step);
      return { seqs: found, ...load(found) };
    });
    if (entities.length > 0) yield entities;
    if (last === undefined || (seqs.length < size && last === seqs.at(-1))) return;
    after = last;
    skip = 0;
    size = Math.min(LARGEST_PAGE, size * 2);
  }
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
