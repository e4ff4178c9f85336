import type { Database } from '../../runtime/sqlite/open.ts';

/** Devices of which something is kept: messages, what is put aside, a log, a state. */
export interface KeptDevices {
  /** Device keys of the next `limit` of them, round and round. */
  next(limit: number): readonly string[];
}

const tables = ['raw', 'aside', 'device_log', 'device_state'] as const;

/** Those of the tables of the spool, each of which has an index of its devices. */
export function keptDevices(db: Database): KeptDevices {
  const firsts = tables.map((table) => `SELECT min(device) AS device FROM ${table} WHERE device > ?1`);
  const first = db.prepare<[string | null]>(`SELECT min(device) FROM (${firsts.join(' UNION ALL ')})`);
  let last = '';
  return {
    next: (limit) => {
      const devices: string[] = [];
      while (devices.length < limit) {
        last = first.get(last)?.[0] ?? '';
        if (last === '') break;
        devices.push(last);
      }
      return devices;
    },
  };
}
