import { formatDateTime } from '../date-time.ts';
import type { Measurements } from '../devices/device-model.ts';
import type { Json, LorawanUplink } from '../measurement.ts';
import type { Device, Mapped } from '../registry/device.ts';
import type { NormalizedAttribute } from './attribute.ts';
import { DERIVED } from './derived-attributes.ts';
import { finishEntity } from './finish-entity.ts';
import { pointOf } from './geo-values.ts';
import { findQuantity } from './quantities.ts';
import { SMART_DATA_MODELS } from './smart-data-models.ts';

/** What an uplink tells besides its payload. */
export type Extras = Pick<LorawanUplink, 'location'>;

/**
 * The Entity of what a LoRaWAN device has measured: every quantity that the device's Entity type has an Attribute for,
 * in the unit of the model, with observedAt and unitCode. A type that is no Smart Data Model gets every quantity
 * under its own name.
 * @param observedAt microseconds since 1970.
 */
export function toEntity(
  device: Device,
  measurements: Measurements,
  observedAt: number,
  extras: Extras = {},
): Mapped {
  const attributes = measuredAttributes(device.entityType, measurements, observedAt);
  const missingSettings: string[] = [];
  for (const entry of DERIVED.get(device.entityType) ?? []) {
    if (!entry.appliesTo(measurements)) continue;
    const missing = entry.missingSettings(device);
    missingSettings.push(...missing);
    const value = missing.length > 0 ? undefined : entry.derive(measurements, device);
    if (value !== undefined)
      attributes.set(entry.attribute, measuredProperty(value, entry.unitCode, observedAt));
  }
  if (attributes.size === 0 && missingSettings.length === 0) {
    return { kind: 'nothing', reason: `nothing in the payload is an Attribute of ${device.entityType}` };
  }
  const { location: place } = extras;
  const location = place && pointOf(place.longitude, place.latitude, place.altitude);
  return finishEntity(device, {
    attributes,
    observedAt,
    missingSettings,
    ...(location === undefined ? {} : { location }),
  });
}

function measuredAttributes(
  entityType: string,
  measurements: Measurements,
  observedAt: number,
): Map<string, NormalizedAttribute> {
  const isModel = SMART_DATA_MODELS.has(entityType);
  const attributes = new Map<string, NormalizedAttribute>();
  for (const [name, delivered] of Object.entries(measurements)) {
    const quantity = findQuantity(name);
    const attribute = isModel ? quantity?.attributes[entityType] : name;
    const value = quantity?.convert(delivered);
    if (attribute === undefined || value === undefined) continue;
    attributes.set(attribute, measuredProperty(value, quantity?.unitCode, observedAt));
  }
  return attributes;
}

function measuredProperty(
  value: Json,
  unitCode: string | undefined,
  observedAt: number,
): NormalizedAttribute {
  return {
    type: 'Property',
    value,
    ...(unitCode === undefined ? {} : { unitCode }),
    observedAt: formatDateTime(observedAt),
  };
}
