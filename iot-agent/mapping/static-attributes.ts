import type { Device } from '../registry/device.ts';
import type { Fault, NormalizedAttribute, NormalizedAttributes } from './attribute.ts';
import { configuredAttribute } from './configured-attribute.ts';

/** The static attributes of a device as Attributes, or what is wrong with the first bad one. */
export type StaticAttributes =
  | { readonly kind: 'attributes'; readonly attributes: NormalizedAttributes }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** A registered device is an immutable object: what follows from it alone is worked out once. */
const known = new WeakMap<Device, StaticAttributes>();

/** The static attributes of a device; every Entity of it has them. */
export function staticAttributes(device: Device): StaticAttributes {
  const before = known.get(device);
  if (before !== undefined) return before;
  const converted = convert(device);
  known.set(device, converted);
  return converted;
}

function convert(device: Device): StaticAttributes {
  const attributes = new Map<string, NormalizedAttribute>();
  for (const configured of device.staticAttributes) {
    if (configured.value === null) continue;
    const result = configuredAttribute(configured, configured.value);
    if (result.kind === 'fault') return result;
    attributes.set(result.name, result.attribute);
  }
  return { kind: 'attributes', attributes };
}
