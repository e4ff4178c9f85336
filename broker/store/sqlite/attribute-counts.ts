import type { AttributeKind, Entity, Micros } from '../../domain/entity.ts';
import type { TypeCensus } from '../store.ts';
import { kindOf, numberOfKind } from './attribute-kinds.ts';
import type { Session } from './session.ts';
import type { TypeCounts } from './type-counts.ts';

/** Which Attributes a tenant's Entities have: see `census` and `attributeCount` of the TenantStore. */
export interface AttributeCounts {
  census(tenant: string, type: string | undefined): ReadonlyMap<string, TypeCensus>;
  count(tenant: string, attribute: string): number;
}

/** A row as it is stored: numbers that stand for names, instances in all Entities of the type and in those counted here. */
interface Row {
  readonly type: number;
  readonly attribute: number;
  readonly kind: number;
  instances: number;
  counted: number;
}

/** Counters less what has expired and is still there, which is little. */
export function attributeCounts(session: Session, typeCounts: TypeCounts): AttributeCounts {
  const { database, tenants, iris } = session;
  const byTenant = database.prepare<Columns>(`${select} WHERE tenant = ?`);
  const byType = database.prepare<Columns>(`${select} WHERE tenant = ? AND type = ?`);
  const byAttribute = database.prepare<Columns>(`${select} WHERE tenant = ? AND attribute = ?`);
  const withoutExpired = expiredTaker(session);
  return {
    census: (name, type) => {
      const tenant = tenants.find(name);
      if (tenant === undefined) return new Map();
      const no = type === undefined ? undefined : iris.find(type);
      const stored = no === undefined ? byTenant.all(tenant) : byType.all(tenant, no);
      return censusOf(presentTypes(typeCounts, name, type), withoutExpired(tenant, stored), iris.nameOf);
    },
    count: (name, attribute) => {
      const tenant = tenants.find(name);
      const no = iris.find(attribute);
      if (tenant === undefined || no === undefined) return 0;
      return withoutExpired(tenant, byAttribute.all(tenant, no)).reduce((sum, row) => sum + row.counted, 0);
    },
  };
}

type Columns = [type: number, attribute: number, kind: number, instances: number, counted: number];

const select = 'SELECT type, attribute, kind, instances, counted FROM attribute_count';

function presentTypes(counts: TypeCounts, tenant: string, type: string | undefined): Iterable<string> {
  if (type === undefined) return counts.byType(tenant).keys();
  return counts.of(tenant, type) > 0 ? [type] : [];
}

function censusOf(
  types: Iterable<string>,
  rows: readonly Row[],
  nameOf: (no: number) => string,
): ReadonlyMap<string, TypeCensus> {
  const census = new Map<string, Map<string, Set<AttributeKind>>>();
  for (const type of types) census.set(type, new Map());
  for (const row of rows) {
    const attributes = census.get(nameOf(row.type));
    if (attributes !== undefined) addKind(attributes, nameOf(row.attribute), kindOf(row.kind));
  }
  return census;
}

function addKind(attributes: Map<string, Set<AttributeKind>>, name: string, kind: AttributeKind): void {
  const kinds = attributes.get(name);
  if (kinds === undefined) attributes.set(name, new Set([kind]));
  else kinds.add(kind);
}

/** What is left of rows without the instances that have expired, by themselves or with their Entity. */
function expiredTaker(session: Session): (tenant: number, stored: readonly Columns[]) => readonly Row[] {
  const { database, iris, now } = session;
  const places = database.prepare<[number]>(`
    SELECT seq FROM entity INDEXED BY entity_expiry WHERE expires_at <= ? AND tenant = ?
    UNION SELECT seq FROM attribute_expiry WHERE tenant = ? AND at <= ?`);
  const body = database.prepare<[string]>('SELECT body FROM entity WHERE seq = ?');
  return (tenant, stored) => {
    const rows = new Map<string, Row>();
    for (const [type, attribute, kind, instances, counted] of stored) {
      rows.set(keyOf(type, attribute, kind), { type, attribute, kind, instances, counted });
    }
    const at = now();
    for (const [seq] of places.all(at, tenant, tenant, at)) {
      const [text] = body.get(seq) ?? [];
      if (text !== undefined) takeExpired(rows, JSON.parse(text) as Entity, at, iris.find);
    }
    return [...rows.values()].filter(({ instances }) => instances > 0);
  };
}

function keyOf(type: number, attribute: number, kind: number): string {
  return `${type}:${attribute}:${kind}`;
}

function takeExpired(
  rows: ReadonlyMap<string, Row>,
  entity: Entity,
  at: Micros,
  numberOf: (iri: string) => number | undefined,
): void {
  const types = entity.types.map((type) => numberOf(type) ?? 0);
  for (const [name, instances] of Object.entries(entity.attributes)) {
    const attribute = numberOf(name) ?? 0;
    for (const instance of instances) {
      if (!isPast(entity.expiresAt, at) && !isPast(instance.expiresAt, at)) continue;
      const kind = numberOfKind(instance.kind);
      takeAway(types.map((type) => rows.get(keyOf(type, attribute, kind))));
    }
  }
}

/** One instance from the rows of its Entity's types; some are not there where only some were asked for. */
function takeAway([first, ...others]: readonly (Row | undefined)[]): void {
  if (first !== undefined) first.counted--;
  for (const row of [first, ...others]) if (row !== undefined) row.instances--;
}

function isPast(time: Micros | undefined, at: Micros): boolean {
  return time !== undefined && time <= at;
}
