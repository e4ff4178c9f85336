import type { Entity } from '../domain/entity.ts';
import { requireLightLinked, type Walk } from '../domain/representation/linked-entities.ts';
import { type LinkedStore, manyReader } from './read-many.ts';

/**
 * Reads for a walk along Relationships what it asks for (clause 4.5.23.1). `onRead` hears how many characters more were
 * read, and can have the walk wait.
 * @throws NgsiLdError Unavailable; TooManyResults where Relationships lead to too much text; and what walk and onRead throw
 */
export async function supplyWalk<Result>(
  walk: Walk<Result>,
  store: LinkedStore,
  onRead: (weight: number) => void | Promise<void> = () => undefined,
): Promise<Result> {
  const read = manyReader(store);
  let all = 0;
  let step = walk.next();
  while (!step.done) {
    const found = new Map<string, Entity>();
    for await (const { entities, weight } of read(step.value)) {
      for (const [id, entity] of entities) found.set(id, entity);
      all += weight;
      requireLightLinked(all);
      await onRead(weight);
    }
    step = walk.next(found);
  }
  return step.value;
}
