import type { Entity, Micros } from '../domain/entity.ts';
import { onceForEach } from '../domain/once-for-each.ts';
import { narrow } from '../domain/query/narrow.ts';
import { createJudge } from '../store/judge-candidates.ts';
import type { TenantStore } from '../store/store.ts';
import type { CompiledSubscription } from './compile-subscription.ts';

/** The most Entities of one periodic notification. */
const MOST_ENTITIES = 1000;
/** The most characters of JSON, as it is stored, of the Entities of one; a single Entity may have more. */
const MOST_CHARACTERS = 1_000_000;

/** Where the Entities of a Subscription are found, and those that they link to. */
export type PeriodicStore = Pick<TenantStore, 'find' | 'getMany'>;

const conditionOf = onceForEach(({ subscription: { entities, q, geoQ, scopeQ } }: CompiledSubscription) => {
  const { condition } = narrow({
    ...(entities && { selectors: entities }),
    ...(q && { q }),
    ...(geoQ && { geoQ }),
    ...(scopeQ && { scopeQ }),
  });
  return condition;
});

/**
 * The Entities that match the Subscription now (clause 5.8.6), in order of creation, behind the first `skip` of them: in
 * batches of which each makes one notification. No more than one batch and one page of the store is in memory, and
 * nothing stays open in the store while a batch is being sent.
 * @throws what the store throws; TooComplexQuery where `q` follows too many Relationships
 */
export async function* periodicBatches(
  compiled: CompiledSubscription,
  store: PeriodicStore,
  { skip, now }: { readonly skip: number; readonly now: () => Micros },
): AsyncGenerator<readonly Entity[]> {
  let batch: Entity[] = [];
  let characters = 0;
  for await (const entities of matching(compiled, store, { skip, now })) {
    for (const entity of entities) {
      const { length } = JSON.stringify(entity);
      const isFull = batch.length === MOST_ENTITIES || characters + length > MOST_CHARACTERS;
      if (isFull && batch.length > 0) {
        yield batch;
        batch = [];
        characters = 0;
      }
      batch.push(entity);
      characters += length;
    }
  }
  if (batch.length > 0) yield batch;
}

async function* matching(
  compiled: CompiledSubscription,
  store: PeriodicStore,
  { skip, now }: { readonly skip: number; readonly now: () => Micros },
): AsyncGenerator<readonly Entity[]> {
  const { linkedQuery } = compiled;
  let left = skip;
  for await (const page of store.find(conditionOf(compiled))) {
    const at = now();
    const candidates = page.filter((entity) => compiled.matches(entity, at));
    const found = linkedQuery ? await createJudge(store, linkedQuery, at)(candidates) : candidates;
    yield found.slice(left);
    left = Math.max(0, left - found.length);
  }
}
