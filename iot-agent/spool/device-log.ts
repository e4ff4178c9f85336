import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';

/** Something about a device that its owner should know. */
export interface Remark {
  readonly level: 'info' | 'warning' | 'error';
  readonly source:
    | 'codec'
    | 'mapping'
    | 'quarantine'
    | 'configuration'
    | 'broker'
    | 'network-server'
    | 'command';
  readonly message: string;
}

/** A remark, and how often it was made: microseconds since 1970. */
export interface LogEntry extends Remark {
  readonly times: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The newest remarks of each device; one that comes again is counted, not written down again. */
export interface DeviceLog {
  /** Inside a transaction of the caller. */
  save(device: string, remark: Remark, at: number): void;
  /** Newest first. */
  list(device: string): readonly LogEntry[];
  forget(device: string): Promise<void>;
}

const keep = 100;
/** Remarks of a device until it is looked at whether it has too many: a tenth of what is kept. */
const slack = 10;
const longestMessage = 1000;

/** A log in the table `device_log`. */
export function deviceLog(db: Database, group: GroupCommit): DeviceLog {
  const upsert = db.prepare(`
    INSERT INTO device_log VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5) ON CONFLICT DO UPDATE SET
      level = excluded.level, times = times + 1, last_at = max(last_at, excluded.last_at)`);
  const trim = db.prepare(`DELETE FROM device_log WHERE device = ?1 AND (source, message) IN
    (SELECT source, message FROM device_log WHERE device = ?1 ORDER BY last_at DESC LIMIT -1 OFFSET ?2)`);
  const select = db.prepare<
    [Remark['source'], string, Remark['level'], number, number, number]
  >(`SELECT source, message, level, times, first_at, last_at FROM device_log
    WHERE device = ? ORDER BY last_at DESC LIMIT ?`);
  const remove = db.prepare('DELETE FROM device_log WHERE device = ?');
  const saved = new Map<string, number>();
  return {
    save: (device, { source, message, level }, at) => {
      upsert.run(device, source, message.slice(0, longestMessage), level, at);
      const count = (saved.get(device) ?? 0) + 1;
      saved.set(device, count % slack);
      if (count >= slack) trim.run(device, keep);
    },
    list: (device) =>
      select.all(device, keep).map(([source, message, level, times, firstAt, lastAt]) => ({
        ...{ source, message, level, times, firstAt, lastAt },
      })),
    forget: async (device) => {
      await group.run(() => remove.run(device));
    },
  };
}
