import type { Entity } from '../../domain/entity.ts';
import { type EntityCache, entityOf, storedEntity } from './entity-cache.ts';
import { living } from './living.ts';
import { partialReader } from './partial-entities.ts';
import type { Session } from './session.ts';

/** Entities of a page. */
export interface Loaded {
  /** Without what has expired or is not there any more. */
  readonly entities: readonly Entity[];
  /** The last number that was looked at: a page of large Entities ends early. */
  readonly last: number | undefined;
  /** The text of what was read, in characters. */
  readonly weight: number;
}

/** Text of one page, in characters: some milliseconds' worth. */
export const HEAVIEST_PAGE = 512 * 1024;
/** A walk through everything must not push out of the cache what is read again and again. */
const CACHED_OF_A_WALK = 1000;

/**
 * Loads Entities of one walk by their places in the creation order, from the cache where they are there; where
 * `attributes` are given, perhaps without others.
 */
export function entityLoader(
  session: Session,
  cache: EntityCache,
  keyPrefix: string,
  attributes?: readonly string[],
): (seqs: readonly number[]) => Loaded {
  const { database, now } = session;
  const readPart = attributes && partialReader(session, attributes);
  const select = database.cached<[string, string]>('SELECT id, body FROM entity WHERE seq = ?');
  let walked = 0;
  const load = (seq: number): { readonly entity: Entity; readonly weight: number } | undefined => {
    const cached = cache.at(seq);
    if (cached !== undefined) return { entity: entityOf(cached), weight: cached.weight };
    if (readPart !== undefined) return readPart(seq);
    const row = select.get(seq);
    if (row === undefined) return undefined;
    const stored = storedEntity(keyPrefix + row[0], seq, row[1]);
    walked += 1;
    if (walked < CACHED_OF_A_WALK) cache.set(stored);
    return { entity: entityOf(stored), weight: stored.weight };
  };
  return (seqs) => {
    const at = now();
    const entities: Entity[] = [];
    let weight = 0;
    let last: number | undefined;
    for (const seq of seqs) {
      last = seq;
      const loaded = load(seq);
      const entity = living(loaded?.entity, at);
      if (entity !== undefined) entities.push(entity);
      weight += loaded?.weight ?? 0;
      if (weight > HEAVIEST_PAGE) break;
    }
    return { entities, last, weight };
  };
}
