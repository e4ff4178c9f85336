import type { Micros } from '../../domain/entity.ts';
import { attributeCounter } from './attribute-counter.ts';
import { entityOf, keyPrefixOf, type StoredEntity, storedEntity } from './entity-cache.ts';
import type { Session } from './session.ts';
import type { Staged } from './staged-changes.ts';
import { typeCounter } from './type-counter.ts';
import type { ValuePoints } from './value-points.ts';
import { entityWriter } from './write-entity.ts';

/** The rows of Entities with their tokens and counters. */
export interface EntityRows {
  find(key: string, tenant: string, id: string): StoredEntity | undefined;
  /** When an Entity with this id was deleted; 0 when none is known to have been. */
  deletedAt(tenant: string, id: string): Micros;
  /** Brings row, tokens and tombstone to what is staged, and notes what the counters become. */
  write(staged: Staged): void;
  /** Takes away some of what has expired, but for what is staged; gives what went. */
  sweep(at: Micros, isStaged: (key: string) => boolean, most: number): readonly StoredEntity[];
  /** Writes the counters of everything written since. */
  writeCounts(): void;
  forgetCounts(): void;
}

/** So long a clock may go back and the times of an Entity that is created again still grow. */
const TOMBSTONES_KEPT: Micros = 30 * 24 * 3600 * 1_000_000;

export function entityRows(session: Session, points: Pick<ValuePoints, 'change'>): EntityRows {
  const { database, tenants } = session;
  const select = database.prepare<[number, string]>(
    'SELECT seq, body FROM entity WHERE tenant = ? AND id = ?',
  );
  const tombstones = tombstonesOf(session);
  const counts = typeCounter(database);
  const attributes = attributeCounter(database, session.iris.add);
  const writer = entityWriter(session, {
    countType: counts.add,
    countAttributes: attributes.move,
    points,
  });
  const expired = database.prepare<[number, number, string, string]>(
    `SELECT seq, tenant, id, body FROM entity INDEXED BY entity_expiry WHERE expires_at <= ? LIMIT ?`,
  );
  return {
    find: (key, tenant, id) => {
      const no = tenants.find(tenant);
      const row = no === undefined ? undefined : select.get(no, id);
      return row && storedEntity(key, row[0], row[1]);
    },
    deletedAt: (tenant, id) => tombstones.at(tenants.find(tenant), id),
    write: (staged) => {
      const tenant = tenants.add(staged.tenant);
      writer.write(tenant, staged);
      if (staged.entity === undefined) tombstones.put(tenant, staged.id, staged.changedAt);
    },
    sweep: (at, isStaged, most) => {
      const swept: StoredEntity[] = [];
      for (const [seq, tenant, id, body] of expired.all(at, most)) {
        const stored = storedEntity(keyPrefixOf(tenants.nameOf(tenant)) + id, seq, body);
        if (isStaged(stored.key)) continue;
        writer.remove(tenant, stored);
        tombstones.put(tenant, id, entityOf(stored).modifiedAt);
        swept.push(stored);
      }
      return swept;
    },
    writeCounts: () => {
      counts.write();
      attributes.write();
    },
    forgetCounts: () => {
      counts.forget();
      attributes.forget();
    },
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
