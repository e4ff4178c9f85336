import type { Entity, Json } from '../../domain/entity.ts';
import type { Documents } from '../documents.ts';
import { keyOf } from './keys.ts';
import { momentOf, type StampSource } from './stamps.ts';
import {
  type CatalogChange,
  indexOf,
  noCatalog,
  type ValueCatalog,
  type ValueIndex,
} from './value-catalog.ts';
import { type FoundIndex, type KeyedCatalog, VALUE_FORM, valuesOf } from './value-keys.ts';
import { compileKeys, type Subject } from './value-subject.ts';

/** The catalog of a type of a tenant. */
export interface TypeCatalog extends ValueCatalog {
  readonly tenant: string;
  readonly type: string;
}

/**
 * The value indexes as this process knows them. What it knows may be old: documents say themselves by what they were
 * written, so that nothing is found too few because of it.
 */
export interface ValueIndexes {
  all(): readonly TypeCatalog[];
  of(tenant: string, type: string): TypeCatalog;
  /** The index, when it is worth while to read through it. */
  find(tenant: string, type: string, subject: Subject): FoundIndex | undefined;
  /** Marks and keys of an Entity that is to be written. */
  valuesOf(tenant: string, entity: Entity): readonly string[];
  /** Changes a catalog for all processes. */
  change(tenant: string, type: string, make: CatalogChange): Promise<TypeCatalog>;
  /** Learns what other processes changed. */
  refresh(): Promise<void>;
}

interface Known extends TypeCatalog {
  readonly keyed: KeyedCatalog;
}

/** Catalogs are small documents among the others. None is ever removed, so that no generation comes again. */
const KIND = `value-indexes-${VALUE_FORM}`;
const noneKeyed: KeyedCatalog = { generation: noCatalog.generation, indexes: [] };

export function valueIndexes(
  documents: Pick<Documents, 'create' | 'update' | 'list'>,
  stamps: StampSource,
): ValueIndexes {
  let known: ReadonlyMap<string, Known> = new Map();
  let changes = 0;
  const of = (tenant: string, type: string): TypeCatalog =>
    known.get(keyOf(tenant, type)) ?? { ...noCatalog, tenant, type };
  const learn = (catalog: Known): Known => {
    changes += 1;
    known = new Map(known).set(keyOf(catalog.tenant, catalog.type), catalog);
    return catalog;
  };
  return {
    all: () => [...known.values()],
    of,
    find: (tenant, type, subject) => {
      const catalog = of(tenant, type);
      const index = indexOf(catalog, subject);
      return index?.isReady
        ? { tenant, type, since: index.since, generation: catalog.generation }
        : undefined;
    },
    valuesOf: (tenant, entity) =>
      valuesOf(tenant, entity, (type) => known.get(keyOf(tenant, type))?.keyed ?? noneKeyed),
    change: async (tenant, type, make) => {
      const next = (catalog: ValueCatalog): ValueCatalog =>
        make(catalog, stamps.next(catalog.generation === '' ? 0 : momentOf(catalog.generation)).text);
      return learn(toKnown(tenant, type, await rewrite(documents, tenant, type, next)));
    },
    refresh: async () => {
      const before = changes;
      const found = await documents.list(KIND);
      if (changes !== before) return;
      const all = found.map(({ tenant, id, body }) => toKnown(tenant, id, parse(body)));
      known = new Map(all.map((catalog) => [keyOf(catalog.tenant, catalog.type), catalog]));
    },
  };
}

async function rewrite(
  documents: Pick<Documents, 'create' | 'update'>,
  tenant: string,
  type: string,
  next: (catalog: ValueCatalog) => ValueCatalog,
): Promise<ValueCatalog> {
  for (;;) {
    const updated = await documents.update(KIND, tenant, type, (body) => toJson(next(parse(body))));
    if (updated !== undefined) return parse(updated);
    const first = next(noCatalog);
    if (await documents.create(KIND, tenant, type, toJson(first))) return first;
  }
}

function toKnown(tenant: string, type: string, catalog: ValueCatalog): Known {
  const indexes = catalog.indexes.map(({ since, subject }) => ({ since, keysOf: compileKeys(subject) }));
  return { ...catalog, tenant, type, keyed: { generation: catalog.generation, indexes } };
}

function parse(body: Json): ValueCatalog {
  return body as unknown as ValueCatalog;
}

function toJson({ generation, indexes, buildingUntil }: ValueCatalog): Json {
  const plain = indexes.map(({ subject, since, isReady, usedAt }: ValueIndex) => ({
    subject,
    since,
    isReady,
    usedAt,
  }));
  return { generation, buildingUntil, indexes: plain } as unknown as Json;
}
