import type { Database } from '../../../runtime/sqlite/open.ts';
import type { Micros } from '../../domain/entity.ts';

/** When Entities were deleted, so that the times of one that is created again still grow where a clock goes back. */
export interface Tombstones {
  /** 0 when none is known. */
  at(tenant: number | undefined, id: string): Micros;
  put(tenant: number, id: string, at: Micros): void;
  /** Takes away those that are old by `now` of the next few hundred, round and round; inside a transaction. */
  sweep(now: Micros): void;
}

/** So long a clock may go back. */
const KEPT: Micros = 30 * 24 * 3600 * 1_000_000;
/** Looked at in one sweep: with one a second, a million in an hour. */
const SLICE = 300;

type Key = readonly [tenant: number, id: string];
const START: Key = [-1, ''];

export function tombstonesOf(database: Database): Tombstones {
  const select = database.prepare<[number]>('SELECT at FROM tombstone WHERE tenant = ? AND id = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO tombstone (tenant, id, at) VALUES (?, ?, ?)');
  const sliceEnd = database.prepare<[number, string]>(
    `SELECT tenant, id FROM tombstone WHERE (tenant, id) > (?, ?) ORDER BY tenant, id LIMIT 1 OFFSET ${SLICE - 1}`,
  );
  const removeRest = database.prepare('DELETE FROM tombstone WHERE (tenant, id) > (?, ?) AND at < ?');
  const removeSlice = database.prepare(
    'DELETE FROM tombstone WHERE (tenant, id) > (?, ?) AND (tenant, id) <= (?, ?) AND at < ?',
  );
  // Most files have none: a creation then needs no look-up.
  let isAny = database.prepare('SELECT 1 FROM tombstone LIMIT 1').get() !== undefined;
  let swept = START;
  return {
    at: (tenant, id) => (isAny && tenant !== undefined ? (select.get(tenant, id)?.[0] ?? 0) : 0),
    put: (tenant, id, at) => {
      isAny = true;
      insert.run(tenant, id, at);
    },
    sweep: (now) => {
      if (!isAny) return;
      const end = sliceEnd.get(...swept);
      if (end === undefined) removeRest.run(...swept, now - KEPT);
      else removeSlice.run(...swept, ...end, now - KEPT);
      swept = end ?? START;
    },
  };
}
