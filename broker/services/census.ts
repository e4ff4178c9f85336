import type { AttributeKind, Entity, Micros } from '../domain/entity.ts';
import { withoutExpired } from '../domain/expiry.ts';
import type { Condition } from '../domain/query/condition.ts';
import type { TenantStore } from '../store/store.ts';

/** What Entities of one type have. */
export interface TypeCensus {
  readonly entityCount: number;
  /** Attribute IRI → the kinds it comes in. */
  readonly attributes: ReadonlyMap<string, ReadonlySet<AttributeKind>>;
}

/** Where one Attribute is. */
export interface AttributeCensus {
  readonly instanceCount: number;
  readonly kinds: ReadonlySet<AttributeKind>;
  /** IRIs of the types of Entities that have it. */
  readonly types: ReadonlySet<string>;
}

/** Types and Attributes by IRI. */
export interface Census {
  readonly types: ReadonlyMap<string, TypeCensus>;
  readonly attributes: ReadonlyMap<string, AttributeCensus>;
}

interface TypeDraft {
  entityCount: number;
  readonly attributes: Map<string, Set<AttributeKind>>;
}

interface AttributeDraft {
  instanceCount: number;
  readonly kinds: Set<AttributeKind>;
  readonly types: Set<string>;
}

interface Draft {
  readonly types: Map<string, TypeDraft>;
  readonly attributes: Map<string, AttributeDraft>;
}

/** Goes through all Entities that meet an exact Condition, page by page. */
export async function takeCensus(store: TenantStore, condition: Condition, now: Micros): Promise<Census> {
  const census: Draft = { types: new Map(), attributes: new Map() };
  for await (const entities of store.find(condition)) {
    for (const entity of entities) countEntity(census, withoutExpired(entity, now));
  }
  return census;
}

function countEntity({ types, attributes }: Draft, entity: Entity): void {
  const ofTypes = entity.types.map((type) =>
    made(types, type, (): TypeDraft => ({ entityCount: 0, attributes: new Map() })),
  );
  for (const type of ofTypes) type.entityCount++;
  for (const [name, instances] of Object.entries(entity.attributes)) {
    const attribute = made(
      attributes,
      name,
      (): AttributeDraft => ({ instanceCount: 0, kinds: new Set(), types: new Set() }),
    );
    attribute.instanceCount += instances.length;
    for (const type of entity.types) attribute.types.add(type);
    for (const { kind } of instances) {
      attribute.kinds.add(kind);
      for (const type of ofTypes) made(type.attributes, name, () => new Set()).add(kind);
    }
  }
}

function made<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const value = make();
  map.set(key, value);
  return value;
}
