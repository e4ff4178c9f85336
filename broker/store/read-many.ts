import type { Entity } from '../domain/entity.ts';
import { weightOfEntity } from '../domain/weight.ts';
import type { TenantStore } from './store.ts';

/** Where Entities are read by their ids. */
export type LinkedStore = Pick<TenantStore, 'getMany'>;

/** Some Entities of many, with about how many characters their JSON has together. */
export interface SomeEntities {
  readonly entities: ReadonlyMap<string, Entity>;
  readonly weight: number;
}

/** Entities that can be in memory however large they are. */
const FEWEST = 32;
/** Entities of one step, however small they are. */
const MOST = 256;
/** Text that is little for one step, in characters: the next one may read twice as many. */
const LIGHT = 2 * 1024 * 1024;

/**
 * Reads those that exist in steps, which grow while they are light, so that whoever takes them can stop before there is
 * too much of them. One reader remembers how large its steps may be.
 */
export function manyReader(store: LinkedStore): (ids: readonly string[]) => AsyncGenerator<SomeEntities> {
  let size = FEWEST;
  return async function* (ids) {
    for (let at = 0; at < ids.length; ) {
      const some = ids.slice(at, at + size);
      at += some.length;
      const entities = await store.getMany(some);
      let weight = 0;
      for (const entity of entities.values()) weight += weightOfEntity(entity);
      if (weight > LIGHT) size = Math.max(FEWEST, size / 2);
      else if (some.length === size) size = Math.min(MOST, 2 * size);
      yield { entities, weight };
    }
  };
}
