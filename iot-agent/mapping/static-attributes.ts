import type { Device } from '../registry/device.ts';
import { type Fault, instanceKey, type NormalizedAttribute, type NormalizedAttributes } from './attribute.ts';
import { configuredAttribute } from './configured-attribute.ts';
import { entityId } from './entity-ids.ts';
import { modelOfMeasures } from './smart-data-models.ts';
import { findFaultInPart } from './validate.ts';

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

/** What is wrong with the static attributes of a device: they cannot be read, or no Entity of its type could have them. */
export function staticFault(device: Device): Fault | undefined {
  const statics = staticAttributes(device);
  if (statics.kind === 'fault') return statics.fault;
  const { entityType: type, entityName } = device;
  if (modelOfMeasures(type) === undefined) return undefined;
  return findFaultInPart({ id: entityId(type, entityName), type, ...Object.fromEntries(statics.attributes) });
}

function convert(device: Device): StaticAttributes {
  const attributes = new Map<string, NormalizedAttribute>();
  for (const configured of device.staticAttributes) {
    if (configured.value === null) continue;
    const result = configuredAttribute(configured, configured.value);
    if (result.kind === 'fault') return result;
    attributes.set(instanceKey(result.name, result.attribute), result.attribute);
  }
  return { kind: 'attributes', attributes };
}
