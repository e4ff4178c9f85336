import type { Clock } from '../../runtime/clock.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { AsideCounts } from './aside-counts.ts';
import { type CauseName, isQuarantined } from './causes.ts';

/** What is to be replayed: messages about times within `from` and `to`, both included, in microseconds since 1970. */
export interface ReplayOrder {
  readonly tenant: string;
  /** What was asked for, for people: JSON. */
  readonly selection: string;
  readonly from: number;
  readonly to: number;
  /** Device keys. */
  readonly devices: readonly string[];
}

/** How far a replay is. */
export interface ReplayProgress extends Omit<ReplayOrder, 'devices'> {
  readonly id: number;
  /** Microseconds since 1970: when it was asked for. */
  readonly at: number;
  /** Devices whose messages are not on their way yet. */
  readonly devicesLeft: number;
  /** Messages that are on their way or were, and of these the ones that are not settled. */
  readonly items: number;
  readonly itemsLeft: number;
  /** What became of the others. */
  readonly results: { readonly [result: string]: number };
}

/** Replays of what the ring has. They outlive the program: what is to be sent stands in the spool. */
export interface Replays {
  /** Resolves to the replay's id. */
  order(order: ReplayOrder): Promise<number>;
  /**
   * Puts the next messages of a device into the spool, `most` of them, at their old places; resolves to false when there is nothing
   * left. Cheap then.
   */
  feed(most: number): Promise<boolean>;
  /** Counts a message of a replay that is settled for good, inside a transaction of the caller. */
  count(replay: number, result: string): void;
  progress(tenant: string, id: number): ReplayProgress | undefined;
  /** The newest first. */
  list(tenant: string): readonly ReplayProgress[];
}

interface Parts {
  readonly db: Database;
  readonly group: GroupCommit;
  readonly clock: Clock;
  readonly counts: AsideCounts;
  readonly refilled: (items: number) => void;
  /** There are devices to feed. */
  readonly ordered: () => void;
}

/** Replays that are remembered. */
const keep = 100;

/** Replays in the tables `replay…`, of the table `raw`. */
export function replays(parts: Parts): Replays {
  const { db } = parts;
  const count = db.prepare(`INSERT INTO replay_result VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET items = items + 1`);
  let isFed = false;
  const [order, feed] = [orderer(parts), feeder(parts)];
  return {
    order: async (one) => {
      const id = await order(one);
      isFed = false;
      parts.ordered();
      return id;
    },
    feed: async (most) => {
      if (isFed) return false;
      isFed = true;
      const hasFed = await feed(most).catch((error: unknown) => {
        // What is left is there still.
        isFed = false;
        throw error;
      });
      // One that was ordered meanwhile has set it back.
      if (hasFed) isFed = false;
      return hasFed;
    },
    count: (replay, result) => {
      count.run(replay, result);
    },
    ...progressReaders(db),
  };
}

function orderer({ db, group, clock }: Parts): Replays['order'] {
  const insert = db.prepare<[number]>(`
    INSERT INTO replay (tenant, selection, from_time, to_time, at, items) VALUES (?, ?, ?, ?, ?, 0) RETURNING id`);
  const newest = db.prepare<[number | null]>('SELECT max(seq) FROM raw');
  const addDevice = db.prepare(
    'INSERT OR IGNORE INTO replay_device (replay, device, until_seq) VALUES (?, ?, ?)',
  );
  const forget = ['replay_result WHERE replay', 'replay_device WHERE replay', 'replay WHERE id'].map((rows) =>
    db.prepare(`DELETE FROM ${rows} <= ?`),
  );
  return ({ tenant, selection, from, to, devices }) =>
    group.run(() => {
      const [id = 0] = insert.get(tenant, selection, from, to, clock.now()) ?? [];
      const until = newest.get()?.[0] ?? 0;
      for (const device of devices) addDevice.run(id, device, until);
      for (const statement of forget) statement.run(id - keep);
      return id;
    });
}

function feeder({ db, group, clock, counts, refilled }: Parts): Replays['feed'] {
  const next = db.prepare<[number, string, number, number, number, number]>(`
    SELECT replay, device, from_time, to_time, last_seq, until_seq FROM replay_device JOIN replay ON id = replay
    ORDER BY replay, device LIMIT 1`);
  const pieceEnd = db.prepare<[number]>(`
    SELECT seq FROM raw WHERE device = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT 1 OFFSET ?`);
  const moveOn = db.prepare('UPDATE replay_device SET last_seq = ?3 WHERE replay = ?1 AND device = ?2');
  const done = db.prepare('DELETE FROM replay_device WHERE replay = ? AND device = ?');
  const chosen = `device = ?1 AND seq > ?2 AND seq <= ?3 AND observed_at BETWEEN ?4 AND ?5
    AND kind IN ('lorawan', 'plain')`;
  const takeBack = db.prepare<[string, CauseName]>(`
    DELETE FROM aside WHERE seq IN (SELECT seq FROM raw WHERE ${chosen}) AND ${isQuarantined}
    RETURNING key, cause`);
  // What waits, or is on its way, goes by itself.
  const put = db.prepare(`
    INSERT OR IGNORE INTO spool (seq, correlation_id, body, at, replay)
    SELECT seq, correlation_id, body, ?6, ?7 FROM raw
    WHERE ${chosen} AND NOT EXISTS (SELECT 1 FROM aside WHERE aside.seq = raw.seq)`);
  const grow = db.prepare('UPDATE replay SET items = items + ? WHERE id = ?');
  return async (most) => {
    const fed = await group.run(() => {
      const row = next.get();
      if (row === undefined) return undefined;
      const [replay, device, from, to, last, until] = row;
      // The last of a full piece; what is left is less than one otherwise.
      const end = pieceEnd.get(device, last, until, most - 1)?.[0];
      const piece = [device, last, end ?? until, from, to] as const;
      const taken = takeBack.all(...piece);
      const items = put.run(...piece, clock.now(), replay).changes;
      grow.run(items, replay);
      if (end === undefined) done.run(replay, device);
      else moveOn.run(replay, device, end);
      return { taken, items };
    });
    for (const [key, cause] of fed?.taken ?? []) counts.add(key, cause, -1);
    if (fed !== undefined) refilled(fed.items);
    return fed !== undefined;
  };
}

type Row = [number, string, string, number, number, number, number, number, number];

function progressReaders(db: Database): Pick<Replays, 'progress' | 'list'> {
  const rows = `SELECT id, tenant, selection, from_time, to_time, at, items,
    (SELECT COUNT(*) FROM replay_device WHERE replay = id),
    (SELECT COUNT(*) FROM spool WHERE replay = id) + (SELECT COUNT(*) FROM aside WHERE replay = id) FROM replay`;
  const one = db.prepare<Row>(`${rows} WHERE tenant = ? AND id = ?`);
  const all = db.prepare<Row>(`${rows} WHERE tenant = ? ORDER BY id DESC LIMIT ?`);
  const results = db.prepare<[string, number]>('SELECT result, items FROM replay_result WHERE replay = ?');
  const progressOf = (row: Row): ReplayProgress => {
    const [id, tenant, selection, from, to, at, items, devicesLeft, itemsLeft] = row;
    const counted = Object.fromEntries(results.all(id));
    return { id, tenant, selection, from, to, at, items, devicesLeft, itemsLeft, results: counted };
  };
  return {
    progress: (tenant, id) => {
      const row = one.get(tenant, id);
      return row && progressOf(row);
    },
    list: (tenant) => all.all(tenant, keep).map(progressOf),
  };
}
