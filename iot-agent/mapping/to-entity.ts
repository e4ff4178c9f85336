import type { Measurements } from '../devices/device-model.ts';
import type { LorawanUplink } from '../measurement.ts';
import type { Device, Mapped } from '../registry/device.ts';
import { finishEntity } from './finish-entity.ts';
import { pointOf } from './geo-values.ts';
import { measuredAttributes } from './measured-attributes.ts';

/** What an uplink tells besides its payload. */
export type Extras = Pick<LorawanUplink, 'location'>;

/**
 * The Entity of what a LoRaWAN device has measured: every quantity that the device's Entity type has an Attribute for,
 * in the unit of the model, with observedAt and unitCode. A type that is no Smart Data Model gets every quantity
 * under its own name. Values that no sensor can tell make it invalid.
 * @param observedAt microseconds since 1970.
 */
export function toEntity(
  device: Device,
  measurements: Measurements,
  observedAt: number,
  extras: Extras = {},
): Mapped {
  const measured = measuredAttributes(device, measurements, observedAt);
  if ('rule' in measured) return { kind: 'invalid', ...measured };
  const { attributes } = measured;
  if (attributes.size === 0 && measured.missingSettings.length === 0) {
    return { kind: 'nothing', reason: `nothing in the payload is an Attribute of ${device.entityType}` };
  }
  const { location: place } = extras;
  const location = place && pointOf(place.longitude, place.latitude, place.altitude);
  return finishEntity(device, {
    ...measured,
    observedAt,
    ...(location === undefined ? {} : { location }),
  });
}
