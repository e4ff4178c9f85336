import type { Entity } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { type LinkedStore, manyReader } from './read-many.ts';

/** What a query finds behind Relationships: the evaluator, which does no I/O, is told what has been read so far. */
export interface FollowedLinks {
  /** The Entity, where it has been read and exists; what has not been read is missing from now on. */
  readonly find: (id: string) => Entity | undefined;
  /** How often something was found to be missing. */
  readonly misses: () => number;
  /** How many Entities are missing. */
  readonly missing: () => number;
  /** Reads what is missing, many in one go. @throws NgsiLdError TooComplexQuery when that becomes too much to hold */
  readonly readMissing: () => Promise<void>;
  /** Forgets what has been read when it is much. */
  readonly forgetMany: () => void;
}

/** Entities that are kept for those who link to the same ones. */
const MOST_KEPT = 5000;
/** Entities that judging one group of candidates may take. */
const MOST_READ = 50_000;
/** Text that is kept, and that judging one group may take, in characters. */
const MOST_TEXT_KEPT = 16 * 1024 * 1024;
const MOST_TEXT_READ = 128 * 1024 * 1024;

/** Follows no link yet. */
export function followedLinks(store: LinkedStore): FollowedLinks {
  const readMany = manyReader(store);
  const read = new Map<string, Entity | undefined>();
  const missing = new Set<string>();
  let misses = 0;
  let text = 0;
  return {
    find: (id) => {
      const entity = read.get(id);
      if (entity !== undefined || read.has(id)) return entity;
      missing.add(id);
      misses += 1;
      return undefined;
    },
    misses: () => misses,
    missing: () => missing.size,
    readMissing: async () => {
      const ids = [...missing];
      missing.clear();
      if (read.size + ids.length > MOST_READ) throw tooManyLinks(`${MOST_READ} Entities`);
      for (const id of ids) read.set(id, undefined);
      for await (const { entities, weight } of readMany(ids)) {
        for (const [id, entity] of entities) read.set(id, entity);
        text += weight;
        if (text > MOST_TEXT_READ) throw tooManyLinks('128 MB of Entities');
      }
    },
    forgetMany: () => {
      if (read.size <= MOST_KEPT && text <= MOST_TEXT_KEPT) return;
      read.clear();
      text = 0;
    },
  };
}

function tooManyLinks(most: string): NgsiLdError {
  return new NgsiLdError(
    'TooComplexQuery',
    `q follows Relationships that lead to more than ${most} at once: narrow the query by type, or by terms before the one with braces.`,
  );
}
