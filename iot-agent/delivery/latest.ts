import type { Database } from '../../runtime/sqlite/open.ts';
import {
  type AttributeTimes,
  anyOther,
  completedBy,
  newerOf,
  newestOf,
  timesOfSlots,
} from './attribute-times.ts';

/** The newest times of the Attributes of each Entity that the broker took from us, on disk and in memory. */
export interface LatestTimes {
  /** `undefined` when nothing is known of the Entity. */
  of(entity: string): AttributeTimes | undefined;
  /** Writes times, inside a transaction of the caller; older ones than the stored do not count. */
  save(times: ReadonlyMap<string, AttributeTimes>): void;
  /** Keeps times in memory, after that transaction is committed. */
  remember(times: ReadonlyMap<string, AttributeTimes>): void;
  /** Keeps in memory what the broker tells of all Attributes of an Entity, and returns what is known of it then. */
  learn(entity: string, told: AttributeTimes): AttributeTimes;
}

/** The name under which an Entity of a tenant is kept. */
export function entityKey(tenant: string, entityId: string): string {
  return `${tenant}\n${entityId}`;
}

/** The times of `size` Entities at most are in memory; the others are read when they are asked for. The database has the table `latest`. */
export function latestTimes(db: Database, size: number): LatestTimes {
  const select = db.prepare<[number, string | null]>(
    'SELECT observed_at, attributes FROM latest WHERE entity = ?',
  );
  const upsert = db.prepare(`INSERT INTO latest (entity, observed_at, attributes) VALUES (?, ?, ?)
    ON CONFLICT (entity) DO UPDATE SET observed_at = excluded.observed_at, attributes = excluded.attributes`);
  const memory = new Map<string, AttributeTimes>();
  const keep = (entity: string, times: AttributeTimes): void => {
    // Starting afresh is cheaper than keeping an order of use: what is in use comes back by itself.
    if (memory.size >= size) memory.clear();
    memory.set(entity, times);
  };
  const of: LatestTimes['of'] = (entity) => {
    const known = memory.get(entity);
    if (known !== undefined) return known;
    const row = select.get(entity);
    if (row === undefined) return undefined;
    const stored = timesOfRow(...row);
    keep(entity, stored);
    return stored;
  };
  const withKnown = (entity: string, times: AttributeTimes): AttributeTimes => {
    const known = of(entity);
    return known === undefined ? times : newerOf(known, times);
  };
  return {
    of,
    save: (times) => {
      for (const [entity, some] of times) {
        const all = withKnown(entity, some);
        upsert.run(entity, newestOf(all), textOf(all));
      }
    },
    remember: (times) => {
      for (const [entity, some] of times) keep(entity, withKnown(entity, some));
    },
    learn: (entity, told) => {
      const known = of(entity);
      const complete = known === undefined ? told : completedBy(known, told);
      keep(entity, complete);
      return complete;
    },
  };
}

function textOf({ shape, times }: AttributeTimes): string {
  if (typeof times === 'number') return shape.text;
  return JSON.stringify(Object.fromEntries(shape.slots.map((slot, index) => [slot, times[index]])));
}

function timesOfRow(observedAt: number, attributes: string | null): AttributeTimes {
  if (attributes === null) return timesOfSlots([anyOther], [observedAt]);
  const stored = JSON.parse(attributes) as readonly string[] | { readonly [slot: string]: number };
  if (Array.isArray(stored))
    return timesOfSlots(
      stored,
      stored.map(() => observedAt),
    );
  return timesOfSlots(Object.keys(stored), Object.values(stored));
}
