import type { Database } from '../../../runtime/sqlite/open.ts';
import type { Attribute, Entity, Micros } from '../../domain/entity.ts';
import { KIND_COUNT, numberOfKind } from './attribute-kinds.ts';

/** How many instances of Attributes a group makes or takes away, added up like the types: see `TypeCounter`. */
export interface AttributeCounter {
  /** Notes what becomes of the instances of one Entity. */
  move(place: EntityPlace, before: Entity | undefined, after: Entity | undefined): void;
  /** Inside the transaction. */
  write(): void;
  forget(): void;
}

interface EntityPlace {
  readonly tenant: number;
  readonly seq: number;
}

interface Tally {
  /** In Entities of the type. */
  instances: number;
  /** In those of them whose first type it is, so that adding up types counts nothing twice. */
  counted: number;
}

/** By type, then by Attribute and kind in one number. */
type TenantTally = Map<number, Map<number, Tally>>;

/** `numberOf` gives an IRI its number. */
export function attributeCounter(database: Database, numberOf: (iri: string) => number): AttributeCounter {
  const rows = countRows(database);
  const expiry = expiryRows(database);
  const byTenant = new Map<number, TenantTally>();
  const add = (tenant: number, types: readonly string[], key: number, difference: number): void => {
    const tally = entry(byTenant, tenant, (): TenantTally => new Map());
    for (const [place, type] of types.entries()) {
      const counts = entry(
        entry(tally, numberOf(type), () => new Map<number, Tally>()),
        key,
        newTally,
      );
      counts.instances += difference;
      if (place === 0) counts.counted += difference;
    }
  };
  const addAll = (tenant: number, { types, name, removed, added }: Difference): void => {
    const attribute = numberOf(name) * KIND_COUNT;
    for (const { kind } of removed) add(tenant, types, attribute + numberOfKind(kind), -1);
    for (const { kind } of added) add(tenant, types, attribute + numberOfKind(kind), 1);
  };
  return {
    move: ({ tenant, seq }, before, after) => {
      for (const difference of differencesOf(before, after)) addAll(tenant, difference);
      expiry.move(tenant, seq, earliestExpiry(before), earliestExpiry(after));
    },
    write: () => {
      for (const [tenant, tally] of byTenant) writeTenant(rows, tenant, tally);
      byTenant.clear();
    },
    forget: () => byTenant.clear(),
  };
}

/** What becomes of the instances of one Attribute in an Entity of these types. */
interface Difference {
  readonly types: readonly string[];
  readonly name: string;
  readonly removed: readonly Attribute[];
  readonly added: readonly Attribute[];
}

const none: readonly Attribute[] = [];

/** Few or none: most writes change values alone. With other types, everything goes and comes again. */
function differencesOf(before: Entity | undefined, after: Entity | undefined): readonly Difference[] {
  const differences: Difference[] = [];
  const isRetyped = before?.types !== after?.types;
  const [kept, keeping] = isRetyped ? [undefined, undefined] : [before, after];
  for (const name in before?.attributes) {
    const removed = before.attributes[name] ?? none;
    const added = keeping?.attributes[name] ?? none;
    if (!isAlike(removed, added)) differences.push({ types: before.types, name, removed, added });
  }
  for (const name in after?.attributes) {
    if (kept?.attributes[name] !== undefined) continue;
    differences.push({ types: after.types, name, removed: none, added: after.attributes[name] ?? none });
  }
  return differences;
}

const newTally = (): Tally => ({ instances: 0, counted: 0 });

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** True when the instances surely count the same: most writes change values alone. */
function isAlike(before: readonly Attribute[], after: readonly Attribute[]): boolean {
  return (
    before === after || (before.length === 1 && after.length === 1 && before[0]?.kind === after[0]?.kind)
  );
}

/** When the first of the instances expires; undefined when none ever does. */
function earliestExpiry(entity: Entity | undefined): Micros | undefined {
  let earliest: Micros | undefined;
  for (const name in entity?.attributes) {
    for (const { expiresAt } of entity.attributes[name] ?? none) {
      if (expiresAt !== undefined && !(expiresAt >= (earliest ?? Number.POSITIVE_INFINITY)))
        earliest = expiresAt;
    }
  }
  return earliest;
}

function countRows(database: Database) {
  const put =
    database.prepare(`INSERT INTO attribute_count (tenant, type, attribute, kind, instances, counted)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET instances = instances + excluded.instances, counted = counted + excluded.counted`);
  const clear = database.prepare(
    'DELETE FROM attribute_count WHERE tenant = ? AND type = ? AND attribute = ? AND kind = ? AND instances = 0',
  );
  return { put, clear };
}

function writeTenant(
  { put, clear }: ReturnType<typeof countRows>,
  tenant: number,
  byType: ReadonlyMap<number, ReadonlyMap<number, Tally>>,
): void {
  for (const [type, byKey] of byType) {
    for (const [key, { instances, counted }] of byKey) {
      if (instances === 0 && counted === 0) continue;
      const kind = key % KIND_COUNT;
      const attribute = (key - kind) / KIND_COUNT;
      put.run(tenant, type, attribute, kind, instances, counted);
      if (instances < 0) clear.run(tenant, type, attribute, kind);
    }
  }
}

/** Where the Entities are whose Attributes expire, by the time when the first does. */
function expiryRows(database: Database) {
  const insert = database.prepare('INSERT INTO attribute_expiry (tenant, at, seq) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM attribute_expiry WHERE tenant = ? AND at = ? AND seq = ?');
  return {
    move: (tenant: number, seq: number, from: Micros | undefined, to: Micros | undefined): void => {
      if (from === to) return;
      if (from !== undefined) remove.run(tenant, from, seq);
      if (to !== undefined) insert.run(tenant, to, seq);
    },
  };
}
