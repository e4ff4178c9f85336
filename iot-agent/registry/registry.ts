import type { DeviceSettings, GroupSettings } from './settings.ts';

/** A registered device. */
export interface DeviceRecord {
  /** Empty for the default tenant. */
  readonly tenant: string;
  /** FIWARE's sub-service; kept and shown, it distinguishes nothing. */
  readonly servicePath: string;
  /** With entity_type and entity_name filled in. */
  readonly settings: DeviceSettings & { readonly entity_type: string; readonly entity_name: string };
}

/** A registered service group. */
export interface GroupRecord {
  readonly tenant: string;
  readonly servicePath: string;
  readonly settings: GroupSettings;
}

/** A part of a list, in the order of registration. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/**
 * Where devices and groups are kept. A device is unique by tenant and device id; a DevEUI is unique over all tenants, because
 * an uplink names no tenant, and so are an apikey of a group and an apikey with a device id. What a call wrote is
 * durable when it resolves. Every call may reject with RegistryAway.
 */
export interface Registry {
  /** All or none. @throws RegistryError DUPLICATE_DEVICE_ID or DUPLICATE_DEV_EUI that names the clash. */
  addDevices(records: readonly DeviceRecord[]): Promise<void>;
  device(tenant: string, deviceId: string): Promise<DeviceRecord | undefined>;
  deviceByDevEui(devEui: string): Promise<DeviceRecord | undefined>;
  deviceByApikey(apikey: string, deviceId: string): Promise<DeviceRecord | undefined>;
  devices(
    tenant: string,
    page: Page,
  ): Promise<{ readonly count: number; readonly records: readonly DeviceRecord[] }>;
  /** Puts the record in the place of the one with its tenant and device id. @throws as `addDevices`, or DEVICE_NOT_FOUND. */
  replaceDevice(record: DeviceRecord): Promise<void>;
  /** Resolves to whether there was such a device. */
  removeDevice(tenant: string, deviceId: string): Promise<boolean>;

  /** All or none. @throws RegistryError DUPLICATE_GROUP that names the clash. */
  addGroups(records: readonly GroupRecord[]): Promise<void>;
  groupByApikey(apikey: string): Promise<GroupRecord | undefined>;
  groups(
    tenant: string,
    page: Page,
  ): Promise<{ readonly count: number; readonly records: readonly GroupRecord[] }>;
  /** Puts the record in the place of the tenant's group with that apikey. @throws as `addGroups`, or DEVICE_GROUP_NOT_FOUND. */
  replaceGroup(apikey: string, record: GroupRecord): Promise<void>;
  removeGroup(tenant: string, apikey: string): Promise<boolean>;

  /** The tenant's devices whose entity_name is one of these, in the order of registration. */
  devicesByEntityName(tenant: string, entityNames: readonly string[]): Promise<readonly DeviceRecord[]>;
  /** The devices of all tenants, some at a time; what changes meanwhile may be in it or not. */
  everyDevice(): AsyncIterable<readonly DeviceRecord[]>;
  /** The groups of all tenants. */
  everyGroup(): Promise<readonly GroupRecord[]>;
  /** A secret that is made once, and is the same for all agents that share the registry. */
  secret(): Promise<string>;

  /** Rejects when the registry does not answer. */
  check(): Promise<void>;
  /** The one function to call, soon, after another agent that shares the registry has changed something. */
  onForeignChange(listener: () => void): void;
}
