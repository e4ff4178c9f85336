import { deviceIdIn, lorawanKey, plainKey } from '../registry/sender-key.ts';
import type { DeviceSettings } from '../registry/settings.ts';

/** True for the sender keys under which uplinks and measures of the devices may have come; as quick for many as for one. */
export function keysOf(devices: readonly DeviceSettings[]): (key: string) => boolean {
  const keys = new Set<string>();
  const idsOfMembers = new Set<string>();
  for (const { device_id: id, devEui, apikey } of devices) {
    if (devEui !== undefined) keys.add(lorawanKey(devEui));
    // Without an apikey of its own it may be a member of any group of its tenant.
    if (apikey === undefined) idsOfMembers.add(id);
    else keys.add(plainKey(apikey, id));
  }
  return (key) => keys.has(key) || idsOfMembers.has(deviceIdIn(key) ?? '');
}
