import type { DeviceEvent, LorawanOrigin } from '../../measurement.ts';

/** An entry of the device's log in place of an uplink whose payload `server` did not decrypt. */
export function encryptedPayload(origin: LorawanOrigin, server: string): DeviceEvent {
  const description = `The payload is encrypted: enter the AppSKey of the device at ${server}.`;
  return { kind: 'event', ...origin, event: 'log', level: 'error', code: 'ENCRYPTED_PAYLOAD', description };
}
