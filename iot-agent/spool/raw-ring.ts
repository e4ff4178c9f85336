import type { Clock } from '../../runtime/clock.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { Incoming } from '../measurement.ts';
import { decodeIncoming } from './encode-incoming.ts';
import type { Fate, SpoolItem } from './spool.ts';

/** A message of a device as it arrived, and what became of it. */
export interface RawMessage {
  readonly seq: number;
  /** Microseconds since 1970: when it was received or measured, and when it was settled first. */
  readonly observedAt: number;
  readonly at: number;
  readonly correlationId: string;
  /** `sent`, `late`, `nothing`… or the name of a cause. */
  readonly result: string;
  readonly reason?: string;
  readonly incoming: Incoming;
}

/** The newest messages of each device. */
export interface RawRing {
  /** Keeps what is settled, or what became of it now; inside a transaction of the caller, before the item leaves the spool. */
  save(item: SpoolItem, fate: Fate): void;
  /** Newest first, of those with a `seq` below `before`. */
  list(device: string, page: { readonly limit: number; readonly before?: number }): readonly RawMessage[];
  /** Drops the messages of a device. */
  forget(device: string): Promise<void>;
  /** Drops what is too old of the next `devices` devices, round and round. */
  sweep(devices: number): Promise<void>;
}

/** What a ring needs, and how much it holds. */
export interface RawRingOptions {
  readonly db: Database;
  readonly group: GroupCommit;
  readonly clock: Clock;
  /** Most messages of one device; 0 keeps none. */
  readonly keep: number;
  /** Microseconds. */
  readonly keepAge: number;
}

/** The time that a message is about, in microseconds since 1970. */
export function timeOfIncoming(incoming: Incoming): number {
  return incoming.kind === 'plain' ? incoming.observedAt : incoming.receivedAt;
}

/**
 * A ring in the table `raw`, where messages lie in the order in which they came: what many devices send at once goes into few pages,
 * of which each is written to the disk as a whole.
 */
export function rawRing(options: RawRingOptions): RawRing {
  const { db, group, clock, keep } = options;
  const insert = db.prepare(`
    INSERT INTO raw SELECT ?1, seq, ?3, ?4, ?5, ?6, ?7, correlation_id, body FROM spool WHERE seq = ?2
    ON CONFLICT DO UPDATE SET device = excluded.device, result = excluded.result, reason = excluded.reason`);
  const remove = db.prepare('DELETE FROM raw WHERE device = ?');
  const trim = trimmer(db, keep);
  return {
    save: (item, { device, result, reason }) => {
      if (keep === 0) return;
      const { seq, incoming } = item;
      const time = timeOfIncoming(incoming);
      insert.run(device, seq, incoming.kind, time, clock.now(), result, reason ?? null);
      trim(device);
    },
    list: lister(db),
    forget: async (device) => {
      await group.run(() => remove.run(device));
    },
    sweep: sweeper(options),
  };
}

/** Looks at a device again when a tenth more than its share may have come. */
function trimmer(db: Database, keep: number): (device: string) => void {
  const remove = db.prepare(`DELETE FROM raw WHERE device = ?1 AND seq <=
    (SELECT seq FROM raw WHERE device = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`);
  const slack = Math.ceil(keep / 10);
  const saved = new Map<string, number>();
  return (device) => {
    const count = (saved.get(device) ?? 0) + 1;
    saved.set(device, count % slack);
    if (count >= slack) remove.run(device, keep);
  };
}

type Row = [number, number, number, string, string, string | null, string];

function lister(db: Database): RawRing['list'] {
  const select = db.prepare<Row>(`
    SELECT seq, observed_at, at, correlation_id, result, reason, body FROM raw
    WHERE device = ? AND seq < ? ORDER BY seq DESC LIMIT ?`);
  return (device, { limit, before = Number.MAX_SAFE_INTEGER }) =>
    select
      .all(device, before, limit)
      .map(([seq, observedAt, at, correlationId, result, reason, body]): RawMessage => {
        const incoming = decodeIncoming(body);
        const why = reason === null ? {} : { reason };
        return { seq, observedAt, at, correlationId, result, ...why, incoming };
      });
}

function sweeper({ db, group, clock, keep, keepAge }: RawRingOptions): RawRing['sweep'] {
  const next = db.prepare<[string | null]>('SELECT min(device) FROM raw WHERE device > ?');
  // With the ring off, what an earlier run kept goes as well.
  const remove = db.prepare('DELETE FROM raw WHERE device = ? AND at < ?');
  let last = '';
  return async (devices) => {
    const before = keep === 0 ? Number.MAX_SAFE_INTEGER : clock.now() - keepAge;
    await group.run(() => {
      for (let turn = 0; turn < devices; turn++) {
        const device = next.get(last)?.[0] ?? '';
        if (device !== '') remove.run(device, before);
        last = device;
        if (device === '') return;
      }
    });
  };
}
