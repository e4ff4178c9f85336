import type { Catalogue } from '../devices/catalogue.ts';
import type { DeviceModel } from '../devices/device-model.ts';
import { entityId as idOfEntity } from '../mapping/entity-ids.ts';
import type { Device } from '../registry/device.ts';
import { findCodec } from '../registry/find-codec.ts';
import type { DeviceRecord, GroupRecord, Registry } from '../registry/registry.ts';
import { resolveDevice } from '../registry/resolve-device.ts';
import type { CommandOwner } from './command.ts';
import type { CommandStore } from './command-store.ts';
import { type CommandDefinitions, commandsOf } from './definitions.ts';

/** A device as commands need it. */
export interface CommandDevice {
  readonly record: DeviceRecord;
  readonly group: GroupRecord | undefined;
  /** Its settings over those of its group. */
  readonly device: Device;
  readonly model: DeviceModel | undefined;
  readonly commands: CommandDefinitions;
  /** Its apikey is that of another tenant's group: what is sent under it would reach that tenant's devices. */
  readonly hasForeignKey: boolean;
}

/** Finds devices. Every call may reject with RegistryAway. */
export interface CommandDevices {
  find(owner: CommandOwner): Promise<CommandDevice | undefined>;
  /** The devices whose measures go to the Entities, by the id of the Entity. */
  ofEntities(
    tenant: string,
    entityIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly CommandDevice[]>>;
  /** The device that asks with an apikey. */
  bySender(apikey: string, deviceId: string): Promise<CommandDevice | undefined>;
}

/** What finding them asks. */
export interface CommandDeviceParts {
  readonly registry: Registry;
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly store: Pick<CommandStore, 'place'>;
}

/** Finds them in the registry: commands are rare beside measures, and must not go by settings of yesterday. */
export function commandDevices(parts: CommandDeviceParts): CommandDevices {
  const { registry } = parts;
  return {
    find: async ({ tenant, deviceId }) => {
      const record = await registry.device(tenant, deviceId);
      return record && describe(parts, record);
    },
    ofEntities: async (tenant, entityIds) => {
      const devices = new Map<string, readonly CommandDevice[]>();
      for (let from = 0; from < entityIds.length; from += mostLookedUp)
        for (const [id, found] of await feeding(parts, tenant, entityIds.slice(from, from + mostLookedUp)))
          devices.set(id, found);
      return devices;
    },
    bySender: async (apikey, deviceId) => {
      const group = await registry.groupByApikey(apikey);
      const own = await registry.deviceByApikey(apikey, deviceId);
      if (own && (group === undefined || group.tenant === own.tenant)) return describeWith(parts, own, group);
      // Who registers a device with the apikey of another tenant's group gives that tenant's devices no commands.
      const member = group && (await registry.device(group.tenant, deviceId));
      return member?.settings.apikey === undefined && member ? describeWith(parts, member, group) : undefined;
    },
  };
}

/** Entities that are looked up at once. */
const mostLookedUp = 500;

async function feeding(
  parts: CommandDeviceParts,
  tenant: string,
  entityIds: readonly string[],
): Promise<ReadonlyMap<string, readonly CommandDevice[]>> {
  const devices = new Map<string, CommandDevice[]>(entityIds.map((id) => [id, []]));
  for (const record of await parts.registry.devicesByEntityName(tenant, entityIds.flatMap(possibleNames))) {
    const { entity_type, entity_name } = record.settings;
    devices.get(idOfEntity(entity_type, entity_name))?.push(await describe(parts, record));
  }
  return devices;
}

/** Parts of an id that are tried as a name: a notification may be of anybody's making. */
const mostEnds = 16;

/** An entity_name that is no URI became the end of the id. */
function possibleNames(entityId: string): readonly string[] {
  const parts = entityId.split(':', mostEnds + 3);
  const starts = parts.slice(3).map((_, index) => parts.slice(0, index + 3).join(':').length + 1);
  return [entityId, ...starts.flatMap((start) => decoded(entityId.slice(start)))];
}

function decoded(text: string): string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}

async function describe(parts: CommandDeviceParts, record: DeviceRecord): Promise<CommandDevice> {
  const group = await groupOf(parts, record);
  if (group === undefined || group.tenant === record.tenant) return describeWith(parts, record, group);
  return { ...(await describeWith(parts, record, undefined)), hasForeignKey: true };
}

async function describeWith(
  { catalogue, registry }: CommandDeviceParts,
  record: DeviceRecord,
  group: GroupRecord | undefined,
): Promise<CommandDevice> {
  const { model: modelName } = record.settings;
  const model = modelName === undefined ? undefined : catalogue.findModel(modelName);
  return {
    record,
    group,
    device: resolveDevice(record, group, await findCodec(registry, record, group)),
    model,
    commands: commandsOf(record, group, model),
    hasForeignKey: false,
  };
}

/** The group of the apikey that the device has, or else last spoke with, whosever it is. */
async function groupOf(
  { registry, store }: CommandDeviceParts,
  { tenant, settings }: DeviceRecord,
): Promise<GroupRecord | undefined> {
  const apikey = settings.apikey ?? (await heardApikey(store, tenant, settings.device_id));
  const group = apikey === undefined ? undefined : await registry.groupByApikey(apikey);
  if (apikey !== undefined) return group;
  return settings.devEui === undefined ? onlyGroup(registry, tenant, settings.entity_type) : undefined;
}

async function heardApikey(
  store: CommandDeviceParts['store'],
  tenant: string,
  deviceId: string,
): Promise<string | undefined> {
  const { route } = await store.place({ tenant, deviceId });
  return route?.kind === 'plain' ? route.apikey : undefined;
}

/** A device that was registered without an apikey and has not spoken yet belongs where there is no choice. */
async function onlyGroup(
  registry: Registry,
  tenant: string,
  entityType: string,
): Promise<GroupRecord | undefined> {
  const groups = (await registry.everyGroup()).filter(
    (group) => group.tenant === tenant && group.settings.entity_type === entityType,
  );
  return groups.length === 1 ? groups[0] : undefined;
}
