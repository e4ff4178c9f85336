import type { Filter } from 'mongodb';
import type { Entity } from '../../domain/entity.ts';
import type { EntityDocument } from './entity-document.ts';
import { behind, keyOf, prefixOf } from './keys.ts';
import type { KeySpans } from './value-subject.ts';

/*
 * What stands in the array `values` of an Entity's document: for each of its types a mark, which says by which
 * generation of the type's catalog the document was written, and the keys of each index that there was then. They are
 * written in one with the state that they are of. So a document whose writer did not know of an index says so, and is
 * found by its mark whatever is looked up.
 */

/** Grows when what the keys say changes: what has marks of another form is found like what has no keys. */
export const VALUE_FORM = '1';

/** An index, and how its keys are found in an Entity. */
export interface KeyedIndex {
  readonly since: string;
  readonly keysOf: (entity: Entity) => readonly string[];
}

/** What is indexed of the Entities of a type. */
export interface KeyedCatalog {
  readonly generation: string;
  readonly indexes: readonly KeyedIndex[];
}

/** The marks and keys of an Entity, each once. */
export function valuesOf(
  tenant: string,
  entity: Entity,
  catalogOf: (type: string) => KeyedCatalog,
): readonly string[] {
  const values = new Set<string>();
  for (const type of entity.types) {
    const { generation, indexes } = catalogOf(type);
    values.add(markOf(tenant, type, generation));
    for (const { since, keysOf } of indexes) {
      const prefix = keyPrefix(tenant, since);
      for (const key of keysOf(entity)) values.add(prefix + key);
    }
  }
  return [...values];
}

const noneIndexed: KeyedCatalog = { generation: '', indexes: [] };

/** The marks of an Entity whose writer knows of no index. */
export function marksOf(tenant: string, entity: Entity): readonly string[] {
  return valuesOf(tenant, entity, () => noneIndexed);
}

/** Documents of a type that were written by a generation before this one. */
export function writtenBefore(tenant: string, type: string, generation: string): Filter<EntityDocument> {
  return between({ $gte: prefixOf(tenant, 'm', type), $lt: markOf(tenant, type, generation) });
}

/** An index of a type, and the generation of the type's catalog in which it was found. */
export interface FoundIndex {
  readonly tenant: string;
  readonly type: string;
  readonly since: string;
  readonly generation: string;
}

/**
 * Documents that have one of the keys, and those whose writers did not know of the index or knew of a generation that
 * this process does not: in it the index may be gone.
 */
export function documentsWith(
  { equal, ranges }: KeySpans,
  { tenant, type, since, generation }: FoundIndex,
): readonly Filter<EntityDocument>[] {
  const prefix = keyPrefix(tenant, since);
  return [
    { values: { $in: equal.map((key) => prefix + key) } },
    ...ranges.map(([from, below]) => between({ $gte: prefix + from, $lt: prefix + below })),
    writtenBefore(tenant, type, since),
    between({ $gt: markOf(tenant, type, generation), $lt: behind(tenant, 'm', type) }),
  ];
}

function markOf(tenant: string, type: string, generation: string): string {
  return keyOf(tenant, 'm', type, VALUE_FORM + generation);
}

function keyPrefix(tenant: string, since: string): string {
  return prefixOf(tenant, 'p', since);
}

interface Bounds {
  readonly $gt?: string;
  readonly $gte?: string;
  readonly $lt: string;
}

/** `$elemMatch`, because two bounds on an array may otherwise be met by two different elements. */
function between(bounds: Bounds): Filter<EntityDocument> {
  return { values: { $elemMatch: bounds } };
}
