import type { Database } from '../../runtime/sqlite/open.ts';
import type { Json } from '../measurement.ts';
import type { Command, CommandState } from './command.ts';
import type { CommandOwner, CommandStore } from './command-store.ts';

const columns = `seq, id, tenant, device_id, entity_id, entity_type, name, device_name, value, is_confirmed, replaces, state,
  created, changed, expires, downlink_id, attempts, info`;

type CommandRow = [
  seq: number,
  id: string,
  tenant: string,
  deviceId: string,
  entityId: string,
  entityType: string,
  name: string,
  deviceName: string,
  value: string,
  isConfirmed: number,
  replaces: number,
  state: CommandState,
  created: number,
  changed: number,
  expires: number,
  downlinkId: string | null,
  attempts: number,
  info: string | null,
];

/** What need not be kept: it does not wait, and its status is written. */
export const isOld = "changed < ? AND is_dirty = 0 AND state NOT IN ('PENDING', 'QUEUED')";

type Readers = Omit<CommandStore, 'add' | 'advance' | 'tried' | 'requeue' | 'written' | 'prune'>;

/** The reading half of `commandStore`. */
export function commandReaders(db: Database): Readers {
  const byId = db.prepare<CommandRow>(`SELECT ${columns} FROM command WHERE id = ?`);
  const byDownlink = db.prepare<CommandRow>(`SELECT ${columns} FROM command WHERE downlink_id = ?`);
  const open = "state IN ('PENDING', 'QUEUED', 'SENT')";
  const late = db.prepare<CommandRow>(
    `SELECT ${columns} FROM command WHERE ${open} AND ${mayExpire} AND expires <= ? ORDER BY expires LIMIT ?`,
  );
  const next = db.prepare<[number | null]>(`SELECT MIN(expires) FROM command WHERE ${open} AND ${mayExpire}`);
  const dirty = db.prepare<CommandRow>(
    `SELECT ${columns} FROM command WHERE is_dirty = 1 ORDER BY seq LIMIT ?`,
  );
  const older = db.prepare(`SELECT 1 FROM command WHERE ${isOld} LIMIT 1`);
  const get: Readers['get'] = (id) => commandOf(byId.get(id));
  return {
    get,
    byDownlinkId: (id) => get(id) ?? commandOf(byDownlink.get(id)),
    expired: (now, limit) => late.all(now, limit).map(toCommand),
    nextExpiry: () => next.get()?.[0] ?? undefined,
    hasOlder: (changedBefore) => older.get(changedBefore) !== undefined,
    dirty: (limit) => dirty.all(limit).map(toCommand),
    ...deviceReaders(db),
    ...attributeReaders(db),
    ...listReaders(db),
  };
}

/** What was sent and need not be acknowledged has arrived, for all that is known. */
const mayExpire = "(state <> 'SENT' OR is_confirmed = 1)";

function deviceReaders(db: Database): Pick<Readers, 'oldest' | 'unanswered' | 'ofDevice' | 'waitingDevices'> {
  const ofDevice = db.prepare<CommandRow>(
    `SELECT ${columns} FROM command WHERE tenant = ? AND device_id = ? AND state = ? ORDER BY seq`,
  );
  const oldest = db.prepare<CommandRow>(`SELECT ${columns} FROM command
    WHERE tenant = ?1 AND device_id = ?2 AND state IN (SELECT value FROM json_each(?3))
    ORDER BY seq LIMIT 1`);
  const unanswered = db.prepare<CommandRow>(`SELECT ${columns} FROM command
    WHERE tenant = ? AND device_id = ? AND state IN ('SENT', 'DELIVERED') AND device_name = ? ORDER BY seq`);
  const waiting = db.prepare<[string, string]>(
    "SELECT DISTINCT tenant, device_id FROM command WHERE state = 'PENDING'",
  );
  return {
    oldest: ({ tenant, deviceId }, states) => commandOf(oldest.get(tenant, deviceId, JSON.stringify(states))),
    unanswered: ({ tenant, deviceId }, deviceName) =>
      unanswered.all(tenant, deviceId, deviceName).map(toCommand),
    ofDevice: ({ tenant, deviceId }, state) => ofDevice.all(tenant, deviceId, state).map(toCommand),
    waitingDevices: () => waiting.all().map(([tenant, deviceId]): CommandOwner => ({ tenant, deviceId })),
  };
}

function attributeReaders(db: Database): Pick<Readers, 'isNewest' | 'lastValue'> {
  const newest = db.prepare<[number | null]>(
    'SELECT MAX(seq) FROM command WHERE tenant = ? AND entity_id = ? AND name = ?',
  );
  const last = db.prepare<[string]>(`SELECT value FROM command
    WHERE tenant = ? AND entity_id = ? AND name = ? AND device_id = ? ORDER BY seq DESC LIMIT 1`);
  return {
    isNewest: ({ tenant, entityId, name, seq }) => newest.get(tenant, entityId, name)?.[0] === seq,
    lastValue: ({ tenant, deviceId }, entityId, name) => last.get(tenant, entityId, name, deviceId)?.[0],
  };
}

function listReaders(db: Database): Pick<Readers, 'list' | 'counts'> {
  const fits = 'tenant = ?1 AND (?2 IS NULL OR device_id = ?2) AND (?3 IS NULL OR state = ?3)';
  const page = db.prepare<CommandRow>(
    `SELECT ${columns} FROM command WHERE ${fits} ORDER BY seq DESC LIMIT ?4 OFFSET ?5`,
  );
  const count = db.prepare<[number]>(`SELECT COUNT(*) FROM command WHERE ${fits}`);
  const counts = db.prepare<[CommandState, number]>('SELECT state, COUNT(*) FROM command GROUP BY state');
  return {
    list: ({ tenant, deviceId = null, state = null, limit, offset }) => ({
      count: count.get(tenant, deviceId, state)?.[0] ?? 0,
      commands: page.all(tenant, deviceId, state, limit, offset).map(toCommand),
    }),
    counts: () => new Map(counts.all()),
  };
}

function commandOf(row: CommandRow | undefined): Command | undefined {
  return row && toCommand(row);
}

function toCommand(row: CommandRow): Command {
  const [seq, id, tenant, deviceId, entityId, entityType, name, deviceName, ...rest] = row;
  const [value, isConfirmed, replaces, state, created, changed, expires, downlinkId, attempts, info] = rest;
  return {
    ...{
      seq,
      id,
      tenant,
      deviceId,
      entityId,
      entityType,
      name,
      deviceName,
      state,
      created,
      changed,
      expires,
      attempts,
    },
    value: JSON.parse(value) as Json,
    isConfirmed: isConfirmed === 1,
    replaces: replaces === 1,
    ...(downlinkId === null ? {} : { downlinkId }),
    ...(info === null ? {} : { info: JSON.parse(info) as Json }),
  };
}
