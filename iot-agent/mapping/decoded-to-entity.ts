import type { Json, LorawanUplink, PlainMeasure } from '../measurement.ts';
import type { Device, Mapped } from '../registry/device.ts';
import { pointOf } from './geo-values.ts';
import { flatten, normalizedMeasurements } from './normalized-measurements.ts';
import { type MappingParts, plainToEntity } from './plain-to-entity.ts';
import { toEntity } from './to-entity.ts';

/** What somebody else's codec made of a payload. */
export type DecodedUplink = Pick<LorawanUplink, 'decoded' | 'normalized' | 'receivedAt' | 'location'>;

/**
 * The Entities of an uplink that a network server or a codec has decoded: by the device's configured attributes, else what is
 * normalized by the quantity table, else every decoded value under its own name. Undefined when nothing was decoded.
 */
export function decodedToEntity(
  device: Device,
  uplink: DecodedUplink,
  parts: MappingParts = {},
): Mapped | undefined {
  const { decoded, normalized: payload, receivedAt, location: place } = uplink;
  const normalized = normalizedMeasurements(payload);
  const isConfigured = device.attributes.length > 0;
  if (normalized !== undefined && !isConfigured) {
    const { measurements, observedAt = receivedAt } = normalized;
    const extras = place === undefined ? {} : { location: place };
    return toEntity(device, measurements, observedAt, extras);
  }
  const values = isValues(decoded) ? decoded : valuesOfNormalized(payload);
  if (values === undefined) return undefined;
  const location = place && pointOf(place.longitude, place.latitude, place.altitude);
  return plainToEntity(device, values, receivedAt, {
    ...parts,
    ...(location === undefined ? {} : { location }),
  });
}

function isValues(value: Json | undefined): value is PlainMeasure['values'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Under their paths, for attributes that are configured by them: `object_id` `air.temperature`. */
function valuesOfNormalized(payload: Json | undefined): PlainMeasure['values'] | undefined {
  const [first] = Array.isArray(payload) ? payload : [payload];
  const members = flatten(first);
  return members.size === 0 ? undefined : Object.fromEntries(members);
}
