import type { LorawanUplink } from '../../measurement.ts';
import { normaliseDevEui } from '../../registry/dev-eui.ts';
import {
  countOf,
  EnvelopeError,
  type Fields,
  fieldsOf,
  isObject,
  numberOf,
  textOf,
  timeOf,
} from '../envelope.ts';

/** How well a gateway heard the device. */
export interface Reception {
  readonly rssi?: number;
  readonly snr?: number;
}

/** The DevEUI of an envelope in our form; an EnvelopeError that names the field when it is absent or malformed. */
export function devEuiOf(value: unknown, name: string): string {
  const devEui = typeof value === 'string' ? (normaliseDevEui(value) ?? devEuiOfBase64(value)) : undefined;
  if (devEui === undefined)
    throw new EnvelopeError(`${name} must be a DevEUI of 16 hexadecimal digits; it is ${shown(value)}`);
  return devEui;
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : `of the type ${typeof value}`;
}

/** ChirpStack v3 with Protobuf's own JSON writes the eight bytes in base64. */
function devEuiOfBase64(text: string): string | undefined {
  return /^[A-Za-z0-9+/]{11}=$/.test(text)
    ? Buffer.from(text, 'base64').toString('hex').toUpperCase()
    : undefined;
}

/** Strength and quality at the gateway that heard the device best; `snr` lists the names that servers give it. */
export function bestReception(gateways: unknown, snr: readonly string[]): Reception {
  if (!Array.isArray(gateways)) return {};
  let best: Fields | undefined;
  for (const gateway of gateways.map(fieldsOf)) {
    const rssi = numberOf(gateway['rssi']);
    if (rssi === undefined) continue;
    if (best === undefined || rssi > (numberOf(best['rssi']) ?? Number.NEGATIVE_INFINITY)) best = gateway;
  }
  if (best === undefined) return {};
  const heard = best;
  const quality = snr.map((name) => numberOf(heard[name])).find((value) => value !== undefined);
  // A zero is left out by the servers: where there is a strength, an absent quality is 0 dB.
  return { rssi: numberOf(heard['rssi']) ?? 0, snr: quality ?? 0 };
}

/** A position in degrees (and metres), or `undefined` when it is none. */
export function locationOf(value: unknown): LorawanUplink['location'] {
  const fields = fieldsOf(value);
  // Zero is left out here as well, but a place where both are absent is no place.
  const degrees = [fields['latitude'] ?? undefined, fields['longitude'] ?? undefined];
  if (degrees.every((value) => value === undefined)) return undefined;
  const [latitude, longitude] = degrees.map((value) => numberOf(value ?? 0));
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  const altitude = numberOf(fields['altitude']);
  return altitude === undefined ? { latitude, longitude } : { latitude, longitude, altitude };
}

/** The port of an uplink; `undefined` for one without port and payload, by which the device only spoke to the network. */
export function portOf(value: unknown, name: string, bytes: Uint8Array): number | undefined {
  const fPort = countOf(value, name);
  return fPort === 0 && bytes.length === 0 ? undefined : fPort;
}

const hexadecimal = /^(?:[0-9a-f]{2})*$/i;

/** The bytes of a hexadecimal field, empty when it is absent; an EnvelopeError when it is anything else. */
export function hexBytesOf(value: unknown, name: string): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array(0);
  if (typeof value !== 'string' || !hexadecimal.test(value))
    throw new EnvelopeError(`${name} must be hexadecimal digits, two for each byte`);
  return Buffer.from(value, 'hex');
}

/** Microseconds since 1970 of a field in milliseconds; `otherwise` when it is absent or no time. */
export function millisOf(value: unknown, otherwise: number): number {
  const millis = numberOf(value);
  return millis !== undefined && millis > 0 && millis < 1e14 ? Math.round(millis) * 1000 : otherwise;
}

/** The first of the gateways' times that is one, in microseconds; `names` lists what servers call it. */
export function gatewayTime(gateways: unknown, names: readonly string[], otherwise: number): number {
  if (!Array.isArray(gateways)) return otherwise;
  for (const gateway of gateways.map(fieldsOf))
    for (const name of names) {
      const time = timeOf(gateway[name], -1);
      if (time >= 0) return time;
    }
  return otherwise;
}

/** Names and texts that people gave the device at its server; `undefined` when there are none. */
export function tagsOf(value: unknown): LorawanUplink['tags'] {
  if (!isObject(value)) return undefined;
  const tags = Object.entries(value).map(([name, tag]) => [name, tagText(tag)] as const);
  const given = tags.filter((tag): tag is readonly [string, string] => tag[1] !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** Netmore lets a tag have several values. */
function tagText(value: unknown): string | undefined {
  if (Array.isArray(value))
    return value
      .map(textOf)
      .filter((text) => text !== undefined)
      .join(',');
  return typeof value === 'string' ? value : undefined;
}

/** Labels without a value, as tags whose text is empty. */
export function labelsOf(values: readonly unknown[]): LorawanUplink['tags'] {
  const names = values.map(textOf).filter((name) => name !== undefined);
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, '']));
}

/** The battery of LoRaWAN's DevStatusAns (1..254 of 254) as 0..1; `undefined` for mains power (0) and unknown (255). */
export function batteryOf(value: unknown): number | undefined {
  const level = numberOf(value);
  return level !== undefined && level >= 1 && level <= 254 ? level / 254 : undefined;
}

type Given<Members> = { readonly [Name in keyof Members]?: Exclude<Members[Name], undefined> };

/** The members that are there: optional ones are absent rather than `undefined`. */
export function given<Members extends object>(members: Members): Given<Members> {
  // A loop, for it runs several times an uplink.
  const present: { [Name in keyof Members]?: Members[Name] } = {};
  for (const name in members) if (members[name] !== undefined) present[name] = members[name];
  return present as Given<Members>;
}
