import type { Database } from '../../../runtime/sqlite/open.ts';
import type { Json } from '../../measurement.ts';
import type { Command, CommandOwner, CommandState } from '../command.ts';
import type { CommandsPage } from '../command-store.ts';
import type { Candidates } from '../record-progress.ts';
import { mayBeLate } from '../schema.ts';

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
export const isSettled = "is_dirty = 0 AND state NOT IN ('PENDING', 'QUEUED')";
/** The same, when it has not changed for long. */
export const isOld = `changed < ? AND ${isSettled}`;

/** What is asked of the table. */
export interface CommandReaders {
  get(id: string): Command | undefined;
  /** Those of the device that something can be about, oldest first. */
  candidates(owner: CommandOwner, which: Candidates): readonly Command[];
  oldest(owner: CommandOwner): Command | undefined;
  ofDevice(owner: CommandOwner, state: CommandState): readonly Command[];
  waitingDevices(): readonly CommandOwner[];
  isNewest(command: Command): boolean;
  lastValue(owner: CommandOwner, entityId: string, name: string): string | undefined;
  dirty(limit: number): readonly Command[];
  expired(now: number, limit: number): readonly Command[];
  hasOlder(changedBefore: number): boolean;
  list(page: CommandsPage): { readonly count: number; readonly commands: readonly Command[] };
  counts(): ReadonlyMap<CommandState, number>;
}

/** Reads a database that has `commandSchema` and `lateCommandSchema`; what the members mean is said at `CommandStore`. */
export function commandReaders(db: Database): CommandReaders {
  const byId = db.prepare<CommandRow>(`SELECT ${columns} FROM command WHERE id = ?`);
  // Left to itself, SQLite would go through all that have one of the states.
  const late = db.prepare<CommandRow>(`SELECT ${columns} FROM command INDEXED BY command_late
    WHERE ${mayBeLate} AND expires <= ? ORDER BY expires LIMIT ?`);
  const dirty = db.prepare<CommandRow>(
    `SELECT ${columns} FROM command WHERE is_dirty = 1 ORDER BY seq LIMIT ?`,
  );
  const older = db.prepare(`SELECT 1 FROM command WHERE ${isOld} LIMIT 1`);
  return {
    get: (id) => commandOf(byId.get(id)),
    expired: (now, limit) => late.all(now, limit).map(toCommand),
    hasOlder: (changedBefore) => older.get(changedBefore) !== undefined,
    dirty: (limit) => dirty.all(limit).map(toCommand),
    candidates: candidateReader(db),
    ...deviceReaders(db),
    ...attributeReaders(db),
    ...listReaders(db),
  };
}

function candidateReader(db: Database): CommandReaders['candidates'] {
  const all = (condition: string) =>
    db.prepare<CommandRow>(
      `SELECT ${columns} FROM command WHERE tenant = ?1 AND device_id = ?2 AND ${condition} ORDER BY seq`,
    );
  // The index of ids is the one to use: an id of another device's command says that somebody is making it up.
  const byId = db.prepare<CommandRow>(`SELECT ${columns} FROM command
    WHERE (id IN (SELECT value FROM json_each(?3)) OR downlink_id IN (SELECT value FROM json_each(?3)))
    AND +tenant = ?1 AND +device_id = ?2`);
  const byName = all('state IN (SELECT value FROM json_each(?3)) AND device_name = ?4');
  const byState = all('state IN (SELECT value FROM json_each(?3))');
  return ({ tenant, deviceId }, which) => {
    if (which.by === 'id') return byId.all(tenant, deviceId, JSON.stringify(which.ids)).map(toCommand);
    const states = JSON.stringify(which.states);
    const rows =
      which.by === 'name'
        ? byName.all(tenant, deviceId, states, which.deviceName)
        : byState.all(tenant, deviceId, states);
    return rows.map(toCommand);
  };
}

function deviceReaders(db: Database): Pick<CommandReaders, 'oldest' | 'ofDevice' | 'waitingDevices'> {
  const ofDevice = `SELECT ${columns} FROM command WHERE tenant = ? AND device_id = ? AND state = ? ORDER BY seq`;
  const every = db.prepare<CommandRow>(ofDevice);
  const first = db.prepare<CommandRow>(`${ofDevice} LIMIT 1`);
  const waiting = db.prepare<[string, string]>(
    "SELECT DISTINCT tenant, device_id FROM command WHERE state = 'PENDING'",
  );
  return {
    oldest: ({ tenant, deviceId }) => commandOf(first.get(tenant, deviceId, 'PENDING')),
    ofDevice: ({ tenant, deviceId }, state) => every.all(tenant, deviceId, state).map(toCommand),
    waitingDevices: () => waiting.all().map(([tenant, deviceId]): CommandOwner => ({ tenant, deviceId })),
  };
}

function attributeReaders(db: Database): Pick<CommandReaders, 'isNewest' | 'lastValue'> {
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

function listReaders(db: Database): Pick<CommandReaders, 'list' | 'counts'> {
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
