import type { Json } from '../measurement.ts';
import type { Codec } from './codec.ts';
import type { ActiveAttribute, Device, PayloadType, StaticAttribute } from './device.ts';
import type { DeviceRecord, GroupRecord } from './registry.ts';
import type { AttributeSettings, CommandSettings, GroupSettings } from './settings.ts';

/** The device as the mapping wants it: its own settings over those of its group. `codec` is what `findCodec` finds for it. */
export function resolveDevice(record: DeviceRecord, group?: GroupRecord, codec?: Codec): Device {
  const { tenant, servicePath, settings } = record;
  const shared = group?.settings;
  const { devEui, model } = settings;
  const apikey = settings.apikey ?? shared?.apikey;
  const internalAttributes = laidOver(shared?.internal_attributes, settings.internal_attributes);
  return {
    tenant,
    deviceId: settings.device_id,
    entityType: settings.entity_type,
    entityName: settings.entity_name,
    servicePath,
    attributes: byName(shared?.attributes, settings.attributes).map(named),
    staticAttributes: byName(shared?.static_attributes, settings.static_attributes),
    ...mappingSettings(record, shared),
    ...(devEui === undefined ? {} : { devEui }),
    ...(apikey === undefined ? {} : { apikey }),
    ...(model === undefined ? {} : { model }),
    ...(codec === undefined ? {} : { codec }),
    ...commandNames(settings.commands, shared?.commands),
    ...(internalAttributes === undefined ? {} : { internalAttributes }),
  };
}

/** What was registered by an earlier release was not checked. */
function commandNames(
  ...lists: readonly (readonly CommandSettings[] | undefined)[]
): Pick<Device, 'commandNames'> {
  const names = new Set(lists.flatMap((list) => (Array.isArray(list) ? list : [])).map(({ name }) => name));
  return names.size === 0 ? {} : { commandNames: names };
}

type MappingSettings = Pick<
  Device,
  'explicitAttrs' | 'unmapped' | 'entityNameExp' | 'timezone' | 'payloadType' | 'airQualityIndex'
>;

/** What steers the mapping besides the attributes. */
function mappingSettings({ settings }: DeviceRecord, shared: GroupSettings | undefined): MappingSettings {
  const explicitAttrs = settings.explicitAttrs ?? shared?.explicitAttrs;
  const unmapped = settings.unmapped ?? shared?.unmapped;
  const timezone = settings.timezone ?? shared?.timezone;
  const payloadType = payloadTypeOf(settings.payloadType ?? shared?.payloadType);
  const airQualityIndex = settings.airQualityIndex ?? shared?.airQualityIndex;
  const entityNameExp = shared?.entityNameExp;
  return {
    ...(explicitAttrs === undefined ? {} : { explicitAttrs }),
    ...(unmapped === undefined ? {} : { unmapped }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(payloadType === undefined ? {} : { payloadType }),
    ...(airQualityIndex === undefined ? {} : { airQualityIndex }),
    ...(entityNameExp === undefined ? {} : { entityNameExp }),
  };
}

const PAYLOAD_TYPES: ReadonlyMap<string | undefined, PayloadType> = new Map([
  ['iotagent', 'iotagent'],
  ['ngsiv2', 'ngsiv2'],
  ['ngsild', 'ngsild'],
]);

/** FIWARE's name of a form of payloads, in any case; undefined for others. */
function payloadTypeOf(name: string | undefined): PayloadType | undefined {
  return PAYLOAD_TYPES.get(name?.toLowerCase());
}

/** What has a quantity is called after it when it has no name of its own. */
function named(attribute: AttributeSettings): ActiveAttribute {
  const { name = attribute.quantity ?? '', type = 'Number' } = attribute;
  return { ...attribute, name, type };
}

/** The group's attributes, with the device's in the place of those of the same name and Entity; then the device's others. */
function byName<Attribute extends AttributeSettings | StaticAttribute>(
  shared: readonly Attribute[] = [],
  own: readonly Attribute[] = [],
): readonly Attribute[] {
  if (shared.length === 0 || own.length === 0) return own.length === 0 ? shared : own;
  const attributes = grouped(shared);
  for (const [key, replacement] of grouped(own)) attributes.set(key, replacement);
  return [...attributes.values()].flat();
}

function grouped<Attribute extends AttributeSettings | StaticAttribute>(
  attributes: readonly Attribute[],
): Map<string, Attribute[]> {
  const groups = new Map<string, Attribute[]>();
  for (const attribute of attributes) {
    const key = keyOf(attribute);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [attribute]);
    else group.push(attribute);
  }
  return groups;
}

/** What tells attributes apart: one device may feed the same Attribute of several Entities. */
function keyOf(attribute: AttributeSettings | StaticAttribute): string {
  const { name, quantity, entity_name, entity_type }: Partial<ActiveAttribute> = attribute;
  return JSON.stringify([name ?? quantity, entity_name, entity_type]);
}

function laidOver(shared: Json | undefined, own: Json | undefined): Json | undefined {
  return isFields(shared) && isFields(own) ? { ...shared, ...own } : (own ?? shared);
}

function isFields(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
