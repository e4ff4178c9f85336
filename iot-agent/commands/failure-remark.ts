import type { Json } from '../measurement.ts';
import { deviceKey } from '../registry/device-key.ts';
import type { DeviceLog } from '../spool/device-log.ts';
import type { Command } from './command.ts';

const levels = { ERROR: 'error', EXPIRED: 'warning' } as const;

/** Makes an entry in the log of the device for a command that was not carried out, in a transaction of the caller. */
export function remarkOn(
  log: Pick<DeviceLog, 'save'>,
  { tenant, deviceId, name, state, info = 'no reason is known' }: Command,
  now: number,
): void {
  if (state !== 'ERROR' && state !== 'EXPIRED') return;
  const message = `command ${name}: ${textOf(info)}`;
  log.save(deviceKey(tenant, deviceId), { level: levels[state], source: 'command', message }, now);
}

function textOf(info: Json): string {
  return typeof info === 'string' ? info : JSON.stringify(info);
}
