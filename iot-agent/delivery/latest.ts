import type { Database } from '../../runtime/sqlite/open.ts';

/** The newest observation time of each Entity that the broker took from us, in microseconds, on disk and in memory. */
export interface LatestTimes {
  /** `undefined` when nothing is known of the Entity. */
  of(entity: string): number | undefined;
  /** Writes times, inside a transaction of the caller; older ones than the stored do not count. */
  save(times: ReadonlyMap<string, number>): void;
  /** Keeps times in memory, after that transaction is committed. */
  remember(times: ReadonlyMap<string, number>): void;
}

/** The name under which an Entity of a tenant is kept. */
export function entityKey(tenant: string, entityId: string): string {
  return `${tenant}\n${entityId}`;
}

/** At most `size` times are in memory; the others are read when they are asked for. The database has the table `latest`. */
export function latestTimes(db: Database, size: number): LatestTimes {
  const select = db.prepare<[number]>('SELECT observed_at FROM latest WHERE entity = ?');
  const upsert = db.prepare(`INSERT INTO latest VALUES (?, ?) ON CONFLICT (entity)
    DO UPDATE SET observed_at = MAX(observed_at, excluded.observed_at)`);
  const memory = new Map<string, number>();
  const keep = (entity: string, time: number): void => {
    // Starting afresh is cheaper than keeping an order of use: what is in use comes back by itself.
    if (memory.size >= size) memory.clear();
    memory.set(entity, Math.max(time, memory.get(entity) ?? 0));
  };
  return {
    of: (entity) => {
      const known = memory.get(entity);
      if (known !== undefined) return known;
      const stored = select.get(entity)?.[0];
      if (stored !== undefined) keep(entity, stored);
      return stored;
    },
    save: (times) => {
      for (const [entity, time] of times) upsert.run(entity, time);
    },
    remember: (times) => {
      for (const [entity, time] of times) keep(entity, time);
    },
  };
}
