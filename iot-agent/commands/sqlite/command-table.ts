import type { Database } from '../../../runtime/sqlite/open.ts';
import {
  type Command,
  type CommandOwner,
  mayBecome,
  type NewCommand,
  type Progress,
  unsentStates,
} from '../command.ts';
import { type CommandReaders, commandReaders, isOld, isSettled } from './command-rows.ts';

/** The table of commands. Its writes run inside a transaction of the caller; it keeps no state of its own. */
export interface CommandTable extends CommandReaders {
  /** Adds it as PENDING; false when the change was told before. */
  add(command: NewCommand, now: number): boolean;
  /** Moves it on where that is a way on; returns it as it was, and as it is then. */
  advance(id: string, progress: Progress, now: number): Advance;
  /** Notes another try to send it; false when it does not wait any more. */
  tried(id: string): boolean;
  requeue(owner: CommandOwner, now: number): void;
  written(commands: readonly Command[]): void;
  prune(changedBefore: number): void;
  /** Removes those of the device that do not wait, and whose status is written. */
  drop(owner: CommandOwner): void;
}

/** What moving a command on came to. */
export interface Advance {
  readonly before: Command | undefined;
  /** Undefined where it stays as it was. */
  readonly after: Command | undefined;
}

/** The table in a database that has `commandSchema`. */
export function commandTable(db: Database): CommandTable {
  const readers = commandReaders(db);
  const requeue = db.prepare(`UPDATE command SET state = 'PENDING', changed = ?3, is_dirty = 1
    WHERE tenant = ?1 AND device_id = ?2 AND state = 'QUEUED'`);
  const tried = db.prepare("UPDATE command SET attempts = attempts + 1 WHERE id = ? AND state = 'PENDING'");
  const clean = db.prepare('UPDATE command SET is_dirty = 0 WHERE id = ? AND state = ? AND changed = ?');
  const prune = db.prepare(`DELETE FROM command WHERE ${isOld}`);
  const drop = db.prepare(`DELETE FROM command WHERE tenant = ? AND device_id = ? AND ${isSettled}`);
  return {
    ...readers,
    add: adder(db),
    advance: advancer(db, readers.get),
    tried: (id) => tried.run(id).changes > 0,
    requeue: ({ tenant, deviceId }, now) => {
      requeue.run(tenant, deviceId, now);
    },
    written: (commands) => {
      for (const { id, state, changed } of commands) clean.run(id, state, changed);
    },
    prune: (changedBefore) => {
      prune.run(changedBefore);
    },
    drop: ({ tenant, deviceId }) => {
      drop.run(tenant, deviceId);
    },
  };
}

function adder(db: Database): CommandTable['add'] {
  const insert =
    db.prepare(`INSERT OR IGNORE INTO command (id, source, tenant, device_id, entity_id, entity_type,
    name, device_name, value, is_confirmed, replaces, expires, created, changed, state, attempts, is_dirty)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, 'PENDING', 0, 1)`);
  return (command, now) => {
    const { id, source, tenant, deviceId, entityId, entityType, name, deviceName, expires } = command;
    const value = JSON.stringify(command.value);
    const flags = [Number(command.isConfirmed), Number(command.replaces)];
    const named = [id, source, tenant, deviceId, entityId, entityType, name, deviceName, value];
    return insert.run(...named, ...flags, expires, now).changes > 0;
  };
}

/** What the new command takes the place of. */
export function replacedBy(table: Pick<CommandTable, 'ofDevice'>, command: NewCommand): readonly Command[] {
  if (!command.replaces) return [];
  const waiting = unsentStates.flatMap((state) => table.ofDevice(command, state));
  return waiting.filter(({ id, name }) => name === command.name && id !== command.id);
}

function advancer(db: Database, get: CommandReaders['get']): CommandTable['advance'] {
  const update =
    db.prepare(`UPDATE command SET state = ?2, info = ?3, downlink_id = ?4, changed = ?5, is_dirty = 1,
    is_confirmed = ?6 WHERE id = ?1`);
  return (id, { state, info, downlinkId, isConfirmed }, now) => {
    const before = get(id);
    if (before === undefined || !mayBecome(before.state, state)) return { before, after: undefined };
    const kept = downlinkId ?? before.downlinkId ?? null;
    const confirmed = Number(isConfirmed ?? before.isConfirmed);
    update.run(id, state, info === undefined ? null : JSON.stringify(info), kept, now, confirmed);
    return { before, after: get(id) };
  };
}
