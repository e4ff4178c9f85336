import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { DeviceState } from '../mapping/device-entity.ts';
import type { Device } from '../registry/device.ts';

/** What is known about a device. */
export interface KeptState {
  readonly device: Device;
  readonly state: DeviceState;
}

/** States of devices on disk: those parts of them that the next uplink would not bring again. */
export interface KeptStates {
  /** Every state, by device key, and whether it was to be written to the broker still. */
  all(): readonly (KeptState & { readonly key: string; readonly isDue: boolean })[];
  /** As due, inside a transaction of the caller. */
  save(key: string, kept: KeptState): void;
  /** They were written to the broker. */
  written(keys: readonly string[]): Promise<void>;
  forget(key: string): Promise<void>;
}

/** States in the table `device_state`. */
export function keptStates(db: Database, group: GroupCommit): KeptStates {
  const select = db.prepare<[string, string, number]>('SELECT device, state, is_due FROM device_state');
  const upsert = db.prepare('INSERT OR REPLACE INTO device_state VALUES (?, ?, 1)');
  const settle = db.prepare('UPDATE device_state SET is_due = 0 WHERE device = ?');
  const remove = db.prepare('DELETE FROM device_state WHERE device = ?');
  return {
    all: () =>
      select
        .all()
        .map(([key, text, isDue]) => ({ key, isDue: isDue === 1, ...(JSON.parse(text) as KeptState) })),
    save: (key, kept) => {
      upsert.run(key, JSON.stringify(kept));
    },
    written: (keys) =>
      group.run(() => {
        for (const key of keys) settle.run(key);
      }),
    forget: async (key) => {
      await group.run(() => remove.run(key));
    },
  };
}
