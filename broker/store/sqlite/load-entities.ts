import type { Entity } from '../../domain/entity.ts';
import { type EntityCache, entityOf, type StoredEntity, storedEntity } from './entity-cache.ts';
import { living } from './living.ts';
import type { Session } from './session.ts';

/** Entities of a page. */
export interface Loaded {
  /** Without what has expired or is not there any more. */
  readonly entities: readonly Entity[];
  /** The last number that was looked at: a page of large Entities ends early. */
  readonly last: number | undefined;
}

/** Text of one page, in characters. */
const HEAVIEST_PAGE = 4 * 1024 * 1024;
/** A walk through everything must not push out of the cache what is read again and again. */
const CACHED_OF_A_WALK = 1000;

/** Loads Entities of one walk by their places in the creation order, from the cache where they are there. */
export function entityLoader(
  { database, now }: Session,
  cache: EntityCache,
  keyPrefix: string,
): (seqs: readonly number[]) => Loaded {
  const select = database.cached<[string, string]>('SELECT id, body FROM entity WHERE seq = ?');
  let walked = 0;
  const load = (seq: number): StoredEntity | undefined => {
    const cached = cache.at(seq);
    if (cached !== undefined) return cached;
    const row = select.get(seq);
    if (row === undefined) return undefined;
    const stored = storedEntity(keyPrefix + row[0], seq, row[1]);
    walked += 1;
    if (walked < CACHED_OF_A_WALK) cache.set(stored);
    return stored;
  };
  return (seqs) => {
    const at = now();
    const entities: Entity[] = [];
    let weight = 0;
    let last: number | undefined;
    for (const seq of seqs) {
      last = seq;
      const stored = load(seq);
      const entity = stored && living(entityOf(stored), at);
      if (entity !== undefined) entities.push(entity);
      weight += stored?.weight ?? 0;
      if (weight > HEAVIEST_PAGE) break;
    }
    return { entities, last };
  };
}
