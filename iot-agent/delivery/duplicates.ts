import type { Database } from '../../runtime/sqlite/open.ts';
import type { Incoming } from '../measurement.ts';

/** The uplinks that were settled lately, on disk and in memory. */
export interface Duplicates {
  has(key: string): boolean;
  /** Writes the keys, inside a transaction of the caller; `at` in microseconds grows from call to call. */
  save(keys: readonly string[], at: number): void;
  /** Keeps the keys in memory, after that transaction is committed. */
  remember(keys: readonly string[], at: number): void;
}

/**
 * What makes an uplink itself, however many gateways, servers' retries and redeliveries bring it; `undefined` for what cannot
 * be told from a second one of its kind.
 */
export function duplicateKey(incoming: Incoming): string | undefined {
  if (incoming.kind !== 'lorawan') return undefined;
  return `${incoming.devEui}/${incoming.fCnt}/${incoming.deduplicationId ?? incoming.receivedAt}`;
}

/** Remembers the newest `size` uplinks. The database has the table `seen`. */
export function duplicates(db: Database, size: number): Duplicates {
  const insert = db.prepare('INSERT OR REPLACE INTO seen VALUES (?, ?)');
  const prune = db.prepare('DELETE FROM seen WHERE at < ?');
  const stored = db.prepare<[string, number]>('SELECT key, at FROM seen ORDER BY at DESC LIMIT ?').all(size);
  const window = new Map(stored.toReversed());
  let saved = 0;
  return {
    has: (key) => window.has(key),
    save: (keys, at) => {
      for (const key of keys) insert.run(key, at);
      saved += keys.length;
      // Now and then is often enough: rows too many do no harm.
      if (saved < size / 10 || window.size < size) return;
      saved = 0;
      const [oldest] = window.values();
      prune.run(oldest ?? 0);
    },
    remember: (keys, at) => {
      for (const key of keys) window.set(key, at);
      for (const key of window.keys()) {
        if (window.size <= size) break;
        window.delete(key);
      }
    },
  };
}
