import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { PendingDevice, PendingState } from './pending-device.ts';
import type { Registry } from './registry.ts';

/** The part of the registry that keeps who waits for approval. */
export type Pending = Pick<
  Registry,
  'addPending' | 'pendingByKey' | 'pendingDevice' | 'pendingDevices' | 'setPendingState' | 'removePending'
>;

type PendingRow = [state: PendingState, record: string];

/** Devices that wait for approval, in SQLite; the database has the tables of `provisioningSchema`. */
export function sqlitePending(db: Database, group: GroupCommit): Pending {
  const byKey = db.prepare<PendingRow>('SELECT state, record FROM pending_device WHERE key = ?');
  const byId = db.prepare<PendingRow>(
    'SELECT state, record FROM pending_device WHERE tenant = ? AND device_id = ?',
  );
  const page = db.prepare<PendingRow>(`SELECT state, record FROM pending_device
    WHERE tenant = ? AND state = ? ORDER BY seq LIMIT ? OFFSET ?`);
  const count = db.prepare<[number]>('SELECT COUNT(*) FROM pending_device WHERE tenant = ? AND state = ?');
  const all = db.prepare<[number]>('SELECT COUNT(*) FROM pending_device');
  const insert = db.prepare(
    'INSERT OR IGNORE INTO pending_device (key, tenant, device_id, state, record) VALUES (?, ?, ?, ?, ?)',
  );
  const setState = db.prepare('UPDATE pending_device SET state = ? WHERE key = ?');
  const remove = db.prepare('DELETE FROM pending_device WHERE key = ?');
  const add = (record: PendingDevice, limit: number): boolean => {
    if ((all.get()?.[0] ?? 0) >= limit) return false;
    const { key, tenant, settings, state } = record;
    return insert.run(key, tenant, settings.device_id, state, JSON.stringify(record)).changes > 0;
  };
  return {
    addPending: (record, limit) => group.run(() => add(record, limit)),
    pendingByKey: async (key) => recordOf(byKey.get(key)),
    pendingDevice: async (tenant, deviceId) => recordOf(byId.get(tenant, deviceId)),
    pendingDevices: async (tenant, state, { limit, offset }) => ({
      count: count.get(tenant, state)?.[0] ?? 0,
      records: page.all(tenant, state, limit, offset).flatMap((row) => recordOf(row) ?? []),
    }),
    setPendingState: (key, state) => group.run(() => setState.run(state, key).changes > 0),
    removePending: (key) => group.run(() => remove.run(key).changes > 0),
  };
}

function recordOf(row: PendingRow | undefined): PendingDevice | undefined {
  return row && { ...(JSON.parse(row[1]) as PendingDevice), state: row[0] };
}
