import type { Walk } from '../domain/representation/linked-entities.ts';
import type { TenantStore } from './store.ts';

/** Reads for a walk along Relationships what it asks for (clause 4.5.23.1). @throws NgsiLdError Unavailable, and what it throws */
export async function supplyWalk<Result>(
  walk: Walk<Result>,
  store: Pick<TenantStore, 'getMany'>,
): Promise<Result> {
  let step = walk.next();
  while (!step.done) step = walk.next(await store.getMany(step.value));
  return step.value;
}
