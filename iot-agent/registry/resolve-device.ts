import type { Json } from '../measurement.ts';
import type { ActiveAttribute, Device, StaticAttribute } from './device.ts';
import type { DeviceRecord, GroupRecord } from './registry.ts';

/** The device as the mapping wants it: its own settings over those of its group. */
export function resolveDevice({ tenant, settings }: DeviceRecord, group?: GroupRecord): Device {
  const shared = group?.settings;
  const explicitAttrs = settings.explicitAttrs ?? shared?.explicitAttrs;
  const { devEui, model } = settings;
  const apikey = settings.apikey ?? shared?.apikey;
  const internalAttributes = laidOver(shared?.internal_attributes, settings.internal_attributes);
  return {
    tenant,
    deviceId: settings.device_id,
    entityType: settings.entity_type,
    entityName: settings.entity_name,
    attributes: byName(shared?.attributes, settings.attributes),
    staticAttributes: byName(shared?.static_attributes, settings.static_attributes),
    ...(devEui === undefined ? {} : { devEui }),
    ...(apikey === undefined ? {} : { apikey }),
    ...(model === undefined ? {} : { model }),
    ...(typeof explicitAttrs === 'boolean' ? { explicitAttrs } : {}),
    ...(internalAttributes === undefined ? {} : { internalAttributes }),
  };
}

/** The group's attributes with the device's in the place of those of the same name. */
function byName<Attribute extends ActiveAttribute | StaticAttribute>(
  shared: readonly Attribute[] = [],
  own: readonly Attribute[] = [],
): readonly Attribute[] {
  if (shared.length === 0) return own;
  return [...new Map([...shared, ...own].map((attribute) => [attribute.name, attribute])).values()];
}

function laidOver(shared: Json | undefined, own: Json | undefined): Json | undefined {
  return isFields(shared) && isFields(own) ? { ...shared, ...own } : (own ?? shared);
}

function isFields(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
