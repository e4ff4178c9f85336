import type { Json } from '../measurement.ts';
import { deviceKey } from '../registry/device-key.ts';
import type { DeviceLog } from '../spool/device-log.ts';
import type { CommandStore } from './command-store.ts';

const levels = { ERROR: 'error', EXPIRED: 'warning' } as const;

/** The store, with an entry in the log of the device for each command that was not carried out, in the same transaction. */
export function loggingFailures(store: CommandStore, log: Pick<DeviceLog, 'save'>): CommandStore {
  return {
    ...store,
    advance: (command, progress, now) => {
      const advanced = store.advance(command, progress, now);
      if (advanced?.state !== 'ERROR' && advanced?.state !== 'EXPIRED') return advanced;
      const { tenant, deviceId, name, state, info = 'no reason is known' } = advanced;
      const message = `command ${name}: ${textOf(info)}`;
      log.save(deviceKey(tenant, deviceId), { level: levels[state], source: 'command', message }, now);
      return advanced;
    },
  };
}

function textOf(info: Json): string {
  return typeof info === 'string' ? info : JSON.stringify(info);
}
