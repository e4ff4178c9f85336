import { setImmediate } from 'node:timers/promises';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import {
  apikeyClash,
  changedMeanwhile,
  devEuiClash,
  deviceIdClash,
  deviceNotFound,
  type Owner,
} from './clashes.ts';
import type { DeviceRecord, Registry } from './registry.ts';
import { lorawanKey } from './sender-key.ts';

type DeviceRow = [tenant: string, servicePath: string, settings: string];
const columns = 'tenant, service_path, settings';

/** The part of the registry that keeps devices. */
export type Devices = Pick<
  Registry,
  | 'addDevices'
  | 'device'
  | 'deviceByDevEui'
  | 'deviceByApikey'
  | 'devices'
  | 'devicesByEntityName'
  | 'devicesById'
  | 'everyDevice'
  | 'replaceDevice'
  | 'removeDevice'
>;

/** Devices in SQLite; the database has the tables of `registrySchema`. */
export function sqliteDevices(db: Database, group: GroupCommit): Devices {
  const byId = db.prepare<DeviceRow>(`SELECT ${columns} FROM device WHERE tenant = ? AND device_id = ?`);
  const byDevEui = db.prepare<DeviceRow>(`SELECT ${columns} FROM device WHERE dev_eui = ?`);
  const byApikey = db.prepare<DeviceRow>(`SELECT ${columns} FROM device WHERE apikey = ? AND device_id = ?`);
  const page = db.prepare<DeviceRow>(
    `SELECT ${columns} FROM device WHERE tenant = ? ORDER BY seq LIMIT ? OFFSET ?`,
  );
  const count = db.prepare<[number]>('SELECT COUNT(*) FROM device WHERE tenant = ?');
  const byEntity = db.prepare<DeviceRow>(`SELECT ${columns} FROM device
    WHERE tenant = ?1 AND json_extract(settings, '$.entity_name') IN (SELECT value FROM json_each(?2)) ORDER BY seq`);
  const byIds = db.prepare<DeviceRow>(`SELECT ${columns} FROM device
    WHERE tenant = ?1 AND device_id IN (SELECT value FROM json_each(?2)) ORDER BY seq`);
  const remove = db.prepare(
    'DELETE FROM device WHERE tenant = ?1 AND device_id = ?2 AND (?3 IS NULL OR settings = ?3)',
  );
  const write = deviceWriter(db);
  return {
    addDevices: (records, changes = []) =>
      group.run(() => {
        for (const { before, after } of changes) write.replace(after, before);
        for (const record of records) write.insert(record);
      }),
    device: async (tenant, deviceId) => recordOf(byId.get(tenant, deviceId)),
    deviceByDevEui: async (devEui) => recordOf(byDevEui.get(devEui)),
    deviceByApikey: async (apikey, deviceId) => recordOf(byApikey.get(apikey, deviceId)),
    devices: async (tenant, { limit, offset }) => ({
      count: count.get(tenant)?.[0] ?? 0,
      records: page.all(tenant, limit, offset).flatMap((row) => recordOf(row) ?? []),
    }),
    devicesByEntityName: async (tenant, entityNames) =>
      byEntity.all(tenant, JSON.stringify(entityNames)).flatMap((row) => recordOf(row) ?? []),
    devicesById: async (tenant, deviceIds) =>
      byIds.all(tenant, JSON.stringify(deviceIds)).flatMap((row) => recordOf(row) ?? []),
    everyDevice: (tenant) => everyDevice(db, tenant),
    replaceDevice: (record, before) => group.run(() => write.replace(record, before)),
    removeDevice: (tenant, deviceId, before) =>
      group.run(() => remove.run(tenant, deviceId, settingsText(before)).changes > 0),
  };
}

/** Devices that are read at once, so that other work comes between. */
const pageSize = 500;

async function* everyDevice(
  db: Database,
  tenant: string | undefined,
): AsyncIterable<readonly DeviceRecord[]> {
  const ofTenant = tenant === undefined ? '?3 IS NULL' : 'tenant = ?3';
  const after = db.prepare<[seq: number, ...DeviceRow]>(
    `SELECT seq, ${columns} FROM device WHERE ${ofTenant} AND seq > ?1 ORDER BY seq LIMIT ?2`,
  );
  for (let last = 0; ; ) {
    const rows = after.all(last, pageSize, tenant ?? null);
    yield rows.flatMap(([, ...row]) => recordOf(row) ?? []);
    if (rows.length < pageSize) return;
    last = rows.at(-1)?.[0] ?? last;
    await setImmediate();
  }
}

function recordOf(row: DeviceRow | undefined): DeviceRecord | undefined {
  if (row === undefined) return undefined;
  const [tenant, servicePath, settings] = row;
  return { tenant, servicePath, settings: JSON.parse(settings) as DeviceRecord['settings'] };
}

/** As it is stored; null for no record. */
function settingsText(record: DeviceRecord | undefined): string | null {
  return record === undefined ? null : JSON.stringify(record.settings);
}

function deviceWriter(db: Database) {
  const insert = db.prepare(
    'INSERT INTO device (tenant, device_id, dev_eui, apikey, service_path, settings) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare(`UPDATE device SET dev_eui = ?3, apikey = ?4, service_path = ?5, settings = ?6
    WHERE tenant = ?1 AND device_id = ?2 AND (?7 IS NULL OR settings = ?7)`);
  const exists = db.prepare<[number]>('SELECT 1 FROM device WHERE tenant = ? AND device_id = ?');
  const forgetPending = db.prepare('DELETE FROM pending_device WHERE key = ?');
  const welcome = ({ devEui }: DeviceRecord['settings']): void => {
    if (devEui !== undefined) forgetPending.run(lorawanKey(devEui));
  };
  const refuseClash = clashCheck(db);
  const valuesOf = ({ tenant, servicePath, settings }: DeviceRecord) => {
    const { device_id, devEui = null, apikey = null } = settings;
    return [tenant, device_id, devEui, apikey, servicePath, JSON.stringify(settings)] as const;
  };
  return {
    insert: (record: DeviceRecord): void => {
      refuseClash(record, { isNew: true });
      insert.run(...valuesOf(record));
      welcome(record.settings);
    },
    replace: (record: DeviceRecord, before: DeviceRecord | undefined): void => {
      refuseClash(record, { isNew: false });
      const { tenant, settings } = record;
      const { changes } = update.run(...valuesOf(record), settingsText(before));
      if (changes > 0) {
        welcome(settings);
        return;
      }
      const isThere = exists.get(tenant, settings.device_id) !== undefined;
      throw isThere ? changedMeanwhile(`device ${settings.device_id}`) : deviceNotFound(settings.device_id);
    },
  };
}

type OwnerRow = [tenant: string, deviceId: string];

/** Looks before the unique indexes would refuse, so that the message can name who has what. */
function clashCheck(db: Database): (record: DeviceRecord, options: { readonly isNew: boolean }) => void {
  const same = db.prepare<[number]>('SELECT 1 FROM device WHERE tenant = ? AND device_id = ?');
  const devEuiOwner = db.prepare<OwnerRow>('SELECT tenant, device_id FROM device WHERE dev_eui = ?');
  const keyOwner = db.prepare<OwnerRow>(
    'SELECT tenant, device_id FROM device WHERE apikey = ? AND device_id = ?',
  );
  return ({ tenant, settings: { device_id, devEui, apikey } }, { isNew }) => {
    const other = (row: OwnerRow | undefined): Owner | undefined =>
      row === undefined || (row[0] === tenant && row[1] === device_id)
        ? undefined
        : { tenant: row[0], deviceId: row[1] };
    if (isNew && same.get(tenant, device_id) !== undefined)
      throw deviceIdClash({ tenant, deviceId: device_id });
    const euiOwner = devEui === undefined ? undefined : other(devEuiOwner.get(devEui));
    if (devEui !== undefined && euiOwner) throw devEuiClash(devEui, euiOwner, tenant);
    const owner = apikey === undefined ? undefined : other(keyOwner.get(apikey, device_id));
    if (owner) throw apikeyClash(owner, tenant);
  };
}
