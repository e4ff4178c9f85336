import type { LorawanUplink } from '../measurement.ts';
import { normaliseDevEui } from '../registry/dev-eui.ts';
import { EnvelopeError, type Fields, fieldsOf, numberOf } from './envelope.ts';

/** How well a gateway heard the device. */
export interface Reception {
  readonly rssi?: number;
  readonly snr?: number;
}

/** The DevEUI of an envelope in our form; an EnvelopeError that names the field when it is absent or malformed. */
export function devEuiOf(value: unknown, name: string): string {
  const devEui = typeof value === 'string' ? (normaliseDevEui(value) ?? devEuiOfBase64(value)) : undefined;
  if (devEui === undefined)
    throw new EnvelopeError(
      `${name} must be a DevEUI of 16 hexadecimal digits; it is ${JSON.stringify(value)}`,
    );
  return devEui;
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
  if (fields['latitude'] === undefined && fields['longitude'] === undefined) return undefined;
  const latitude = numberOf(fields['latitude'] ?? 0);
  const longitude = numberOf(fields['longitude'] ?? 0);
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  const altitude = numberOf(fields['altitude']);
  return altitude === undefined ? { latitude, longitude } : { latitude, longitude, altitude };
}
