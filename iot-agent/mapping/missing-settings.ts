import type { Device } from '../registry/device.ts';
import { DERIVED } from './derived-attributes.ts';
import { modelOfMeasures } from './smart-data-models.ts';
import { staticAttributes } from './static-attributes.ts';

/**
 * What a registered device still lacks before its uplinks can become Entities: for the warning at registration.
 * A location may still come with an uplink; what is listed here makes it wait only until then.
 */
export function missingFromDevice(device: Device): readonly string[] {
  const required = modelOfMeasures(device.entityType)?.schema.required ?? [];
  const statics = staticAttributes(device);
  const hasLocation = statics.kind === 'attributes' && statics.attributes.has('location');
  const missingLocation = required.includes('location') && !hasLocation ? ['location'] : [];
  const derived = device.model === undefined ? [] : (DERIVED.get(device.entityType) ?? []);
  return [...missingLocation, ...derived.flatMap((entry) => entry.missingSettings(device))];
}
