import type { Incoming } from '../measurement.ts';

/** Identity of a sender: the DevEUI of a LoRaWAN device, apikey and device id of a plain one. */
export function senderKey(incoming: Incoming): string {
  return 'devEui' in incoming ? lorawanKey(incoming.devEui) : plainKey(incoming.apikey, incoming.deviceId);
}

/** The sender key of a LoRaWAN device. */
export function lorawanKey(devEui: string): string {
  return `lorawan:${devEui}`;
}

/** The sender key of a plain device. */
export function plainKey(apikey: string, deviceId: string): string {
  // Over HTTP both parts may hold a slash: one that is not the boundary must not look like it.
  return `plain:${apikey.replaceAll('%', '%25').replaceAll('/', '%2F')}/${deviceId}`;
}

/** The device id in the sender key of a plain device; undefined for other keys. */
export function deviceIdIn(key: string): string | undefined {
  return key.startsWith('plain:') ? key.slice(key.indexOf('/') + 1) : undefined;
}

/** True for the sender keys of plain devices that have one of the apikeys; as quick for many as for one. */
export function ofApikey(apikeys: Iterable<string>): (key: string) => boolean {
  const starts = new Set([...apikeys].map((apikey) => plainKey(apikey, '')));
  return (key) => starts.has(key.slice(0, key.indexOf('/') + 1));
}
