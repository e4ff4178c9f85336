import type { Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import type { Condition } from '../domain/query/condition.ts';
import { firstInOrder } from '../domain/query/first-in-order.ts';
import { compileOrder, type EntityOrder, type OrderKey } from '../domain/query/order-by.ts';
import type { Judge } from '../store/judge-candidates.ts';
import type { TenantStore } from '../store/store.ts';
import type { GatheredPage } from './gathered-page.ts';

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
 * Gathers a page of the Entities that match, and tells their order, which is the one that is asked for (clause 4.23), and
 * the number of all that match. All of them are looked at, but only the keys of those up to the end of the page are held.
 * @throws NgsiLdError TooManyResults for a page that ends behind the first 100,000
 */
export async function orderedPage(
  store: Pick<TenantStore, 'find'>,
  { condition, judge, order, attributes, offset, limit }: OrderedQuery,
  page: Pick<GatheredPage<unknown>, 'add'>,
  now: Micros,
): Promise<{ readonly ids: readonly string[]; readonly count: number }> {
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
  const items = first.items().slice(offset);
  // An Entity that was deleted and made again while all were looked at has been met twice.
  const ids = [...new Set(items.map(({ id }) => id))];
  // What was deleted or changed away meanwhile is missing then.
  if (ids.length > 0) {
    for await (const entities of store.find({ kind: 'ids', ids }, { limit: ids.length }))
      await page.add(await judge(entities));
  }
  return { ids, count };
}
