import type { Entity } from '../../domain/entity.ts';

/** The stored state of one Entity: its text until somebody reads it, from then on the Entity that the text says. */
export interface StoredEntity {
  /** Tenant and id: see `keyOf`. */
  readonly key: string;
  /** Place in the creation order. */
  readonly seq: number;
  /** Length of the text. */
  readonly weight: number;
  text: string | undefined;
  entity: Entity | undefined;
}

/** The key of an Entity; the length keeps apart what would be the same text. */
export function keyPrefixOf(tenant: string): string {
  return `${tenant.length}:${tenant}`;
}

export function storedEntity(key: string, seq: number, text: string): StoredEntity {
  return { key, seq, weight: text.length, text, entity: undefined };
}

/** As if somebody had read it: `entity` is what the text says. */
export function withEntity({ key, seq, weight }: StoredEntity, entity: Entity): StoredEntity {
  return { key, seq, weight, text: undefined, entity };
}

/**
 * The Entity of a stored state, parsed once. Every Entity is what its text says, so that a reader sees the same from
 * memory as from the disk.
 */
export function entityOf(stored: StoredEntity): Entity {
  if (stored.entity !== undefined) return stored.entity;
  stored.entity = JSON.parse(stored.text as string) as Entity;
  stored.text = undefined;
  return stored.entity;
}

/** States as they are committed, those used last, up to a limit of text. */
export interface EntityCache {
  get(key: string): StoredEntity | undefined;
  at(seq: number): StoredEntity | undefined;
  set(stored: StoredEntity): void;
  delete(stored: StoredEntity): void;
}

interface Generation {
  readonly byKey: Map<string, StoredEntity>;
  readonly bySeq: Map<number, StoredEntity>;
  weight: number;
}

const newGeneration = (): Generation => ({ byKey: new Map(), bySeq: new Map(), weight: 0 });

/**
 * Two generations: what is used moves to the young one, and when that holds half of the limit it becomes the old one,
 * whose unused rest goes. So a hit costs one look-up and no bookkeeping.
 */
export function entityCache(limit: number): EntityCache {
  let young = newGeneration();
  let old = newGeneration();
  const drop = (generation: Generation, stored: StoredEntity): void => {
    const found = generation.byKey.get(stored.key);
    if (found === undefined) return;
    generation.byKey.delete(found.key);
    generation.bySeq.delete(found.seq);
    generation.weight -= found.weight;
  };
  const forget = (stored: StoredEntity): void => {
    drop(young, stored);
    drop(old, stored);
  };
  const set = (stored: StoredEntity): void => {
    forget(stored);
    if (stored.weight > limit / 8) return;
    young.byKey.set(stored.key, stored);
    young.bySeq.set(stored.seq, stored);
    young.weight += stored.weight;
    if (young.weight < limit / 2) return;
    old = young;
    young = newGeneration();
  };
  const revived = (stored: StoredEntity | undefined): StoredEntity | undefined => {
    if (stored !== undefined) set(stored);
    return stored;
  };
  return {
    get: (key) => young.byKey.get(key) ?? revived(old.byKey.get(key)),
    at: (seq) => young.bySeq.get(seq) ?? revived(old.bySeq.get(seq)),
    set,
    delete: forget,
  };
}
