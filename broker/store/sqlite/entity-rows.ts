import type { Database } from '../../../runtime/sqlite/open.ts';
import type { Entity, Micros } from '../../domain/entity.ts';
import { entityOf, type StoredEntity, storedEntity } from './entity-cache.ts';
import type { Session } from './session.ts';
import type { Staged } from './staged-changes.ts';
import { type TokenParts, tokenChanges } from './tokens.ts';

/** The rows of Entities with their tokens and counters. */
export interface EntityRows {
  find(key: string, tenant: string, id: string): StoredEntity | undefined;
  /** When an Entity with this id was deleted; 0 when none is known to have been. */
  deletedAt(tenant: string, id: string): Micros;
  /** Brings row, tokens and tombstone to what is staged, and notes what the counters become. */
  write(staged: Staged): void;
  /** Writes the counters of everything written since. */
  writeCounts(): void;
  forgetCounts(): void;
}

/** Under this number type_count has all Entities of the tenant. */
export const ALL_TYPES = 0;

/** So long a clock may go back and the times of an Entity that is created again still grow. */
const TOMBSTONES_KEPT: Micros = 30 * 24 * 3600 * 1_000_000;

export function entityRows(session: Session): EntityRows {
  const { database, tenants } = session;
  const select = database.prepare<[number, string]>(
    'SELECT seq, body FROM entity WHERE tenant = ? AND id = ?',
  );
  const tombstones = tombstonesOf(session);
  const counts = countsOf(database);
  const write = rowWriter(session, counts.add);
  return {
    find: (key, tenant, id) => {
      const no = tenants.find(tenant);
      const row = no === undefined ? undefined : select.get(no, id);
      return row && storedEntity(key, row[0], row[1]);
    },
    deletedAt: (tenant, id) => tombstones.at(tenants.find(tenant), id),
    write: (staged) => {
      const tenant = tenants.add(staged.tenant);
      write(tenant, staged);
      if (staged.entity === undefined) tombstones.put(tenant, staged.id, staged.changedAt);
    },
    writeCounts: counts.write,
    forgetCounts: counts.forget,
  };
}

function tombstonesOf({ database, now }: Session) {
  database.prepare('DELETE FROM tombstone WHERE at < ?').run(now() - TOMBSTONES_KEPT);
  const select = database.prepare<[number]>('SELECT at FROM tombstone WHERE tenant = ? AND id = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO tombstone (tenant, id, at) VALUES (?, ?, ?)');
  // Most files have none: a creation then needs no look-up.
  let isAny = database.prepare('SELECT 1 FROM tombstone LIMIT 1').get() !== undefined;
  return {
    at: (tenant: number | undefined, id: string): Micros =>
      isAny && tenant !== undefined ? (select.get(tenant, id)?.[0] ?? 0) : 0,
    put: (tenant: number, id: string, at: Micros): void => {
      isAny = true;
      insert.run(tenant, id, at);
    },
  };
}

type Count = (tenant: number, type: number, difference: number) => void;

function rowWriter({ database, iris, cellsOf }: Session, count: Count) {
  const insert = database.prepare(
    'INSERT INTO entity (seq, tenant, id, expires_at, body) VALUES (?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE entity SET body = ? WHERE seq = ?');
  const updateExpiry = database.prepare('UPDATE entity SET body = ?, expires_at = ? WHERE seq = ?');
  const remove = database.prepare('DELETE FROM entity WHERE seq = ?');
  const addToken = database.prepare('INSERT INTO token (tenant, token, seq) VALUES (?, ?, ?)');
  const removeToken = database.prepare('DELETE FROM token WHERE tenant = ? AND token = ? AND seq = ?');
  const parts: TokenParts = { numberOf: iris.add, cellsOf };

  const move = (tenant: number, seq: number, before: Entity | undefined, after: Entity | undefined): void => {
    const { removed, added } = tokenChanges(before, after, parts);
    for (const token of removed) removeToken.run(tenant, token, seq);
    for (const token of added) addToken.run(tenant, token, seq);
    if (before?.types === after?.types) return;
    for (const type of before?.types ?? []) count(tenant, iris.add(type), -1);
    for (const type of after?.types ?? []) count(tenant, iris.add(type), 1);
  };
  return (tenant: number, { base, seq, id, entity, text }: Staged): void => {
    const before = base && entityOf(base);
    const isKept = base !== undefined && entity !== undefined && base.seq === seq;
    if (base !== undefined && !isKept) {
      remove.run(base.seq);
      move(tenant, base.seq, before, undefined);
      count(tenant, ALL_TYPES, -1);
    }
    if (entity === undefined || text === undefined) return;
    const expiresAt = entity.expiresAt ?? null;
    if (!isKept) {
      insert.run(seq, tenant, id, expiresAt, text);
      count(tenant, ALL_TYPES, 1);
    } else if (before?.expiresAt === entity.expiresAt) update.run(text, seq);
    else updateExpiry.run(text, expiresAt, seq);
    move(tenant, seq, isKept ? before : undefined, entity);
  };
}

/** Differences are added up over a group, so that a hundred creations of one type are one row written. */
function countsOf(database: Database) {
  const put = database.prepare(`INSERT INTO type_count (tenant, type, entities) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET entities = entities + excluded.entities`);
  const byTenant = new Map<number, Map<number, number>>();
  const add: Count = (tenant, type, difference) => {
    const byType = byTenant.get(tenant) ?? new Map<number, number>();
    byTenant.set(tenant, byType);
    byType.set(type, (byType.get(type) ?? 0) + difference);
  };
  const write = (): void => {
    for (const [tenant, byType] of byTenant) {
      for (const [type, difference] of byType) if (difference !== 0) put.run(tenant, type, difference);
    }
    byTenant.clear();
  };
  return { add, write, forget: () => byTenant.clear() };
}
