import type { Database } from '../../runtime/sqlite/open.ts';
import type { Command, CommandState, NewCommand, Progress } from './command.ts';
import { mayBecome } from './command.ts';
import { commandReaders, isOld } from './command-rows.ts';

/** Which commands to list; those of all devices and states where they are not said. */
export interface CommandsPage {
  readonly tenant: string;
  readonly deviceId?: string;
  readonly state?: CommandState;
  readonly limit: number;
  readonly offset: number;
}

/** The device of a command. */
export interface CommandOwner {
  readonly tenant: string;
  readonly deviceId: string;
}

/** The table of commands. Its writes run inside a transaction of the caller; it keeps no state of its own. */
export interface CommandStore {
  /** Adds it as PENDING, and replaces what it replaces; false when the change was told before. */
  add(command: NewCommand, now: number): boolean;
  /** Moves it on where that is a way on; returns it as it is then, `undefined` where it stays as it is. */
  advance(command: Command, progress: Progress, now: number): Command | undefined;
  /** Notes another try to send it. */
  tried(id: string): void;
  /** Puts what the network server has back among those that wait: its queue is emptied. */
  requeue(owner: CommandOwner, now: number): void;
  /** Marks statuses as written that did not change meanwhile. */
  written(commands: readonly Command[]): void;
  /** Removes those that do not wait, have not changed since, and whose status is written; returns how many. */
  prune(changedBefore: number): number;

  get(id: string): Command | undefined;
  /** The one with that id, ours or the network server's. */
  byDownlinkId(id: string): Command | undefined;
  /** The device's oldest in one of the states. */
  oldest(owner: CommandOwner, states: readonly CommandState[]): Command | undefined;
  /** Those of the device's own name that it got, and did not answer: oldest first. */
  unanswered(owner: CommandOwner, deviceName: string): readonly Command[];
  /** All of the device in the state, oldest first. */
  ofDevice(owner: CommandOwner, state: CommandState): readonly Command[];
  /** Those that are open and too late, oldest first. */
  expired(now: number, limit: number): readonly Command[];
  /** When the next one is too late; `undefined` when none waits. */
  nextExpiry(): number | undefined;
  /** Those whose status is still to be written, oldest first. */
  dirty(limit: number): readonly Command[];
  /** The newest of the attribute: it is what the Entity tells of. */
  isNewest(command: Command): boolean;
  /** The value of the newest command of the attribute, as JSON. */
  lastValue(owner: CommandOwner, entityId: string, name: string): string | undefined;
  /** Devices for which commands wait to be sent. */
  waitingDevices(): readonly CommandOwner[];
  list(page: CommandsPage): { readonly count: number; readonly commands: readonly Command[] };
  /** Whether there is any that `prune` would remove. */
  hasOlder(changedBefore: number): boolean;
  /** How many there are in each state. */
  counts(): ReadonlyMap<CommandState, number>;
}

/** The table in a database that has `commandSchema`. */
export function commandStore(db: Database): CommandStore {
  const readers = commandReaders(db);
  const requeue = db.prepare(`UPDATE command SET state = 'PENDING', changed = ?3, is_dirty = 1
    WHERE tenant = ?1 AND device_id = ?2 AND state = 'QUEUED'`);
  const tried = db.prepare('UPDATE command SET attempts = attempts + 1 WHERE id = ?');
  const clean = db.prepare('UPDATE command SET is_dirty = 0 WHERE id = ? AND state = ? AND changed = ?');
  const prune = db.prepare(`DELETE FROM command WHERE ${isOld}`);
  const advance = advancer(db, readers.get);
  return {
    ...readers,
    add: adder(db, readers, advance),
    advance,
    tried: (id) => {
      tried.run(id);
    },
    requeue: ({ tenant, deviceId }, now) => {
      requeue.run(tenant, deviceId, now);
    },
    written: (commands) => {
      for (const { id, state, changed } of commands) clean.run(id, state, changed);
    },
    prune: (changedBefore) => prune.run(changedBefore).changes,
  };
}

function adder(
  db: Database,
  readers: Pick<CommandStore, 'ofDevice'>,
  advance: CommandStore['advance'],
): CommandStore['add'] {
  const insert =
    db.prepare(`INSERT OR IGNORE INTO command (id, source, tenant, device_id, entity_id, entity_type,
    name, device_name, value, is_confirmed, replaces, expires, created, changed, state, attempts, is_dirty)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, 'PENDING', 0, 1)`);
  return (command, now) => {
    const { id, source, tenant, deviceId, entityId, entityType, name, deviceName, expires } = command;
    const older = command.replaces ? unsentOf(readers, command) : [];
    const value = JSON.stringify(command.value);
    const flags = [Number(command.isConfirmed), Number(command.replaces)];
    const named = [id, source, tenant, deviceId, entityId, entityType, name, deviceName, value];
    if (insert.run(...named, ...flags, expires, now).changes === 0) return false;
    for (const one of older) advance(one, { state: 'EXPIRED', info: 'replaced by a newer value' }, now);
    return true;
  };
}

function unsentOf(readers: Pick<CommandStore, 'ofDevice'>, { name, ...owner }: NewCommand): Command[] {
  const waiting = [...readers.ofDevice(owner, 'PENDING'), ...readers.ofDevice(owner, 'QUEUED')];
  return waiting.filter((one) => one.name === name);
}

function advancer(db: Database, get: CommandStore['get']): CommandStore['advance'] {
  const update =
    db.prepare(`UPDATE command SET state = ?2, info = ?3, downlink_id = ?4, changed = ?5, is_dirty = 1,
    is_confirmed = ?6 WHERE id = ?1`);
  return ({ id }, { state, info, downlinkId, isConfirmed }, now) => {
    const current = get(id);
    if (current === undefined || !mayBecome(current.state, state)) return undefined;
    const kept = downlinkId ?? current.downlinkId ?? null;
    const confirmed = Number(isConfirmed ?? current.isConfirmed);
    update.run(id, state, info === undefined ? null : JSON.stringify(info), kept, now, confirmed);
    return get(id);
  };
}
