import { createHash } from 'node:crypto';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { Incoming } from '../measurement.ts';

/** What makes an uplink itself, however many gateways, servers, retries and redeliveries bring it, and when it was received. */
export interface Sighting {
  readonly key: string;
  /** Of the DevEUI: when its device joined last, its frame counter started anew. */
  readonly joinKey: string;
  /** Microseconds since 1970. */
  readonly receivedAt: number;
}

/** The uplinks that were settled lately, on disk and in memory. */
export interface Duplicates {
  /** True for a copy of something that was settled, or that is among `ahead`: receiving times by key. */
  has(sighting: Sighting, ahead?: ReadonlyMap<string, number>): boolean;
  /** Writes sightings, inside a transaction of the caller. */
  save(sightings: readonly Sighting[]): void;
  /** Keeps them in memory, after that transaction is committed. */
  remember(sightings: readonly Sighting[]): void;
}

/** Undefined for what cannot be told from a second one of its kind. */
export function sightingOf(incoming: Incoming): Sighting | undefined {
  if (incoming.kind === 'lorawan') {
    const { devEui, fCnt, fPort, bytes, receivedAt } = incoming;
    const digest = createHash('sha1').update(bytes).digest('base64url').slice(0, 12);
    return { key: `${devEui}/${fCnt}/${fPort ?? ''}/${digest}`, joinKey: joinKeyOf(devEui), receivedAt };
  }
  if (incoming.kind !== 'event' || incoming.event !== 'join') return undefined;
  const joinKey = joinKeyOf(incoming.devEui);
  return { key: joinKey, joinKey, receivedAt: incoming.receivedAt };
}

function joinKeyOf(devEui: string): string {
  return `${devEui}/join`;
}

/**
 * Remembers the newest `size` uplinks. Of two with the same DevEUI, frame counter, port and payload, received at most `window`
 * microseconds apart, the second is a copy, unless the device joined in between. The database has the table `seen`.
 */
export function duplicates(
  db: Database,
  { size, window }: { readonly size: number; readonly window: number },
): Duplicates {
  const insert = db.prepare('INSERT INTO seen (key, received_at) VALUES (?, ?)');
  const memory = newest(db, size);
  const prune = pruner(db, size);
  return {
    has: ({ key, joinKey, receivedAt }, ahead) => {
      const known = (name: string): number | undefined => ahead?.get(name) ?? memory.get(name);
      const other = known(key);
      if (other === undefined || key === joinKey) return false;
      const [first, last] = other < receivedAt ? [other, receivedAt] : [receivedAt, other];
      const joined = known(joinKey);
      const hasJoined = joined !== undefined && first < joined && joined <= last;
      return last - first <= window && !hasJoined;
    },
    save: (sightings) => {
      for (const { key, receivedAt } of sightings) insert.run(key, receivedAt);
      prune(sightings.length);
    },
    remember: (sightings) => {
      for (const { key, receivedAt } of sightings) put(memory, key, receivedAt);
      for (const key of memory.keys()) {
        if (memory.size <= size) break;
        memory.delete(key);
      }
    },
  };
}

/** Receiving times by key, those that were settled last at the end; drops the others. */
function newest(db: Database, size: number): Map<string, number> {
  removal(db).run(size);
  const memory = new Map<string, number>();
  const rows = db.prepare<[string, number]>('SELECT key, received_at FROM seen ORDER BY id').all();
  for (const [key, receivedAt] of rows) put(memory, key, receivedAt);
  return memory;
}

/** At the end, also where it was in it before. */
function put(memory: Map<string, number>, key: string, receivedAt: number): void {
  memory.delete(key);
  memory.set(key, receivedAt);
}

/** Drops all but the newest rows each time that a tenth of `size` came. They are found by their place: no index has to be kept of them. */
function pruner(db: Database, size: number): (saved: number) => void {
  const remove = removal(db);
  let count = 0;
  return (saved) => {
    count += saved;
    if (count < size / 10) return;
    count = 0;
    remove.run(size);
  };
}

function removal(db: Database) {
  return db.prepare('DELETE FROM seen WHERE id <= (SELECT max(id) FROM seen) - ?');
}
