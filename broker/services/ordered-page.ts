import type { Entity, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { Condition } from '../domain/query/condition.ts';
import { firstInOrder } from '../domain/query/first-in-order.ts';
import { compileOrder, type EntityOrder, type OrderKey } from '../domain/query/order-by.ts';
import type { Judge } from '../store/judge-candidates.ts';
import type { TenantStore } from '../store/store.ts';

/** What is to be ordered, and which part of it is wanted. */
export interface OrderedQuery {
  /** Every Entity that matches meets it. */
  readonly condition: Condition;
  readonly judge: Judge;
  readonly order: EntityOrder;
  /** IRIs of all Attributes that judge and order look at. */
  readonly attributes: readonly string[];
  readonly offset: number;
  readonly limit: number;
}

interface Candidate {
  readonly id: string;
  readonly key: OrderKey;
  /** Its place in the order of creation. */
  readonly place: number;
}

/** Up to its last Entity a page in an order holds keys of that many in memory. */
const FARTHEST = 100_000;

/**
 * A page of the Entities that match, in the order that is asked for (clause 4.23), and the number of all that match.
 * All of them are looked at, but only the keys of those up to the end of the page are held.
 * @throws NgsiLdError TooManyResults for a page that ends behind the first 100,000
 */
export async function orderedPage(
  store: Pick<TenantStore, 'find'>,
  { condition, judge, order, attributes, offset, limit }: OrderedQuery,
  now: Micros,
): Promise<{ readonly found: readonly Entity[]; readonly count: number }> {
  if (offset + limit > FARTHEST) {
    throw new NgsiLdError(
      'TooManyResults',
      `With orderBy a page may reach up to the Entity ${FARTHEST}, and offset + limit is ${offset + limit}: narrow the query, or leave out orderBy.`,
    );
  }
  const { keyOf, compare } = compileOrder(order);
  const first = firstInOrder<Candidate>(
    offset + limit,
    (one, other) => compare(one.key, other.key) || one.place - other.place,
  );
  let count = 0;
  for await (const entities of store.find(condition, { attributes })) {
    for (const entity of await judge(entities)) {
      first.offer({ id: entity.id, key: keyOf(entity, { now }), place: count });
      count += 1;
    }
  }
  const ids = first
    .items()
    .slice(offset)
    .map(({ id }) => id);
  // An Entity that was deleted and made again while all were looked at has been met twice.
  return { found: await inThisOrder(store, [...new Set(ids)], judge), count };
}

/** The Entities with these ids in their order, but for what was deleted or changed away meanwhile. */
async function inThisOrder(
  store: Pick<TenantStore, 'find'>,
  ids: readonly string[],
  judge: Judge,
): Promise<readonly Entity[]> {
  if (ids.length === 0) return [];
  const byId = new Map<string, Entity>();
  for await (const entities of store.find({ kind: 'ids', ids }, { limit: ids.length })) {
    for (const entity of await judge(entities)) byId.set(entity.id, entity);
  }
  return ids.flatMap((id) => byId.get(id) ?? []);
}
