import { deviceIdIn, lorawanKey, plainKey } from '../registry/sender-key.ts';
import type { DeviceSettings } from '../registry/settings.ts';

/** True for the sender keys under which uplinks and measures of a device may have come. */
export function keysOfDevice({ device_id: id, devEui, apikey }: DeviceSettings): (key: string) => boolean {
  const lorawan = devEui === undefined ? undefined : lorawanKey(devEui);
  // Without an apikey of its own it may be a member of any group of its tenant.
  const plain = apikey === undefined ? undefined : plainKey(apikey, id);
  return (key) => key === lorawan || (plain === undefined ? deviceIdIn(key) === id : key === plain);
}
