import type { Micros } from '../../domain/entity.ts';
import { attributeCounter } from './attribute-counter.ts';
import { keyPrefixOf, type StoredEntity, storedEntity } from './entity-cache.ts';
import type { Session } from './session.ts';
import type { Staged } from './staged-changes.ts';
import { tombstonesOf } from './tombstones.ts';
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
  /** Some of the Entities that have expired, fewer where they are large. */
  expired(at: Micros, most: number): readonly ExpiredRow[];
  /** Takes away some of the old tombstones. */
  sweepTombstones(at: Micros): void;
  /** Writes the counters of everything written since. */
  writeCounts(): void;
  forgetCounts(): void;
}

/** An Entity whose expiresAt has come, and which is still there. */
export interface ExpiredRow extends Pick<Staged, 'tenant' | 'id'> {
  readonly base: StoredEntity;
}

/** Text of expired Entities that are read at once, in characters; one more may have any. */
const HEAVIEST_SWEEP = 4 * 1024 * 1024;

export function entityRows(session: Session, points: Pick<ValuePoints, 'change'>): EntityRows {
  const { database, tenants } = session;
  const select = database.prepare<[number, string]>(
    'SELECT seq, body FROM entity WHERE tenant = ? AND id = ?',
  );
  const tombstones = tombstonesOf(database);
  const counts = typeCounter(database);
  const attributes = attributeCounter(database, session.iris.add);
  const writer = entityWriter(session, {
    countType: counts.add,
    countAttributes: attributes.move,
    points,
  });
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
    expired: expiredRows(session),
    sweepTombstones: tombstones.sweep,
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

/** Those that have expired, until there are `most` or their text weighs enough. */
function expiredRows({ database, tenants }: Session): EntityRows['expired'] {
  const expired = database.prepare<[number, number, string]>(
    `SELECT seq, tenant, id FROM entity INDEXED BY entity_expiry WHERE expires_at <= ? LIMIT ?`,
  );
  const bodyOf = database.prepare<[string]>('SELECT body FROM entity WHERE seq = ?');
  return (at, most) => {
    const some: ExpiredRow[] = [];
    let weight = 0;
    for (const [seq, no, id] of expired.all(at, most)) {
      const [body] = bodyOf.get(seq) as [string];
      const tenant = tenants.nameOf(no);
      some.push({ tenant, id, base: storedEntity(keyPrefixOf(tenant) + id, seq, body) });
      weight += body.length;
      if (weight > HEAVIEST_SWEEP) break;
    }
    return some;
  };
}
