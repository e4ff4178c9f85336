import type { CodecRecord, CodecSummary } from './codec.ts';
import type { ConnectionRecord } from './connection.ts';
import type { PendingDevice, PendingState } from './pending-device.ts';
import type { RuleRecord } from './provisioning-rule.ts';
import type { RuleBook } from './rule-book.ts';
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

/** A device as it was read, and what takes its place. */
export interface DeviceChange {
  readonly before: DeviceRecord;
  readonly after: DeviceRecord;
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
  /**
   * Adds the records, and makes the changes, all or none; what waited for approval under their DevEUIs does so no more.
   * @throws RegistryError DUPLICATE_DEVICE_ID or DUPLICATE_DEV_EUI that names the clash, or as `replaceDevice`.
   */
  addDevices(records: readonly DeviceRecord[], changes?: readonly DeviceChange[]): Promise<void>;
  device(tenant: string, deviceId: string): Promise<DeviceRecord | undefined>;
  deviceByDevEui(devEui: string): Promise<DeviceRecord | undefined>;
  deviceByApikey(apikey: string, deviceId: string): Promise<DeviceRecord | undefined>;
  devices(
    tenant: string,
    page: Page,
  ): Promise<{ readonly count: number; readonly records: readonly DeviceRecord[] }>;
  /** Those of the tenant's devices that have one of the ids. */
  devicesById(tenant: string, deviceIds: readonly string[]): Promise<readonly DeviceRecord[]>;
  /**
   * Puts the record in the place of the one with its tenant and device id; with `before`, only where that still has these settings.
   * @throws as `addDevices`, or DEVICE_NOT_FOUND, or CHANGED_MEANWHILE.
   */
  replaceDevice(record: DeviceRecord, before?: DeviceRecord): Promise<void>;
  /** With `before`, only where it still has these settings. Resolves to whether there was such a device. */
  removeDevice(tenant: string, deviceId: string, before?: DeviceRecord): Promise<boolean>;

  /** All or none. @throws RegistryError DUPLICATE_GROUP that names the clash. */
  addGroups(records: readonly GroupRecord[]): Promise<void>;
  groupByApikey(apikey: string): Promise<GroupRecord | undefined>;
  groups(
    tenant: string,
    page: Page,
  ): Promise<{ readonly count: number; readonly records: readonly GroupRecord[] }>;
  /**
   * Puts the record in the place of the tenant's group with that apikey; with `before`, only where that still has these settings.
   * @throws as `addGroups`, or DEVICE_GROUP_NOT_FOUND, or CHANGED_MEANWHILE.
   */
  replaceGroup(apikey: string, record: GroupRecord, before?: GroupRecord): Promise<void>;
  /** With `before`, only where it still has these settings. Resolves to whether there was such a group. */
  removeGroup(tenant: string, apikey: string, before?: GroupRecord): Promise<boolean>;

  /** Resolves to false, and keeps nothing, where there is one with its key or device id, or `limit` of them. */
  addPending(record: PendingDevice, limit: number): Promise<boolean>;
  pendingByKey(key: string): Promise<PendingDevice | undefined>;
  pendingDevice(tenant: string, deviceId: string): Promise<PendingDevice | undefined>;
  /** Those of the tenant in the state, the oldest first. */
  pendingDevices(
    tenant: string,
    state: PendingState,
    page: Page,
  ): Promise<{ readonly count: number; readonly records: readonly PendingDevice[] }>;
  /** Resolves to whether there was such a one. */
  setPendingState(key: string, state: PendingState): Promise<boolean>;
  removePending(key: string): Promise<boolean>;

  /** The provisioning rules of all tenants, in the order in which they were made. */
  provisioningRules(): Promise<readonly RuleRecord[]>;
  /** @throws RegistryError DUPLICATE_PROVISIONING_RULE where the tenant has one of that name. */
  addProvisioningRule(record: RuleRecord): Promise<void>;
  /** Keeps its place in the order. @throws RegistryError PROVISIONING_RULE_NOT_FOUND */
  replaceProvisioningRule(record: RuleRecord): Promise<void>;
  removeProvisioningRule(tenant: string, name: string): Promise<boolean>;

  /** The tenant's devices whose entity_name is one of these, in the order of registration. */
  devicesByEntityName(tenant: string, entityNames: readonly string[]): Promise<readonly DeviceRecord[]>;
  /** The devices of all tenants, or of one, some at a time; what changes meanwhile may be in it or not. */
  everyDevice(tenant?: string): AsyncIterable<readonly DeviceRecord[]>;
  /** The groups of all tenants. */
  everyGroup(): Promise<readonly GroupRecord[]>;
  /** A secret that is made once, and is the same for all agents that share the registry. */
  secret(): Promise<string>;

  /** Puts the codec in the place of the tenant's of that name; resolves to whether there was none before. */
  putCodec(record: CodecRecord): Promise<boolean>;
  codec(tenant: string, name: string): Promise<CodecRecord | undefined>;
  /** By name, without their scripts. */
  codecs(
    tenant: string,
    page: Page,
  ): Promise<{ readonly count: number; readonly records: readonly CodecSummary[] }>;
  /** Resolves to whether there was such a codec. */
  removeCodec(tenant: string, name: string): Promise<boolean>;

  /** @throws RegistryError DUPLICATE_CONNECTION */
  addConnection(record: ConnectionRecord): Promise<void>;
  connection(tenant: string, name: string): Promise<ConnectionRecord | undefined>;
  connections(
    tenant: string,
    page: Page,
  ): Promise<{ readonly count: number; readonly records: readonly ConnectionRecord[] }>;
  /** The connections of all tenants. */
  everyConnection(): Promise<readonly ConnectionRecord[]>;
  /** Puts the record in the place of the tenant's with that name. @throws RegistryError CONNECTION_NOT_FOUND */
  replaceConnection(record: ConnectionRecord): Promise<void>;
  /** Resolves to whether there was such a connection. */
  removeConnection(tenant: string, name: string): Promise<boolean>;

  /** The rules of devices and groups, and what they still have to do. */
  readonly ruleBook: RuleBook;

  /** Rejects when the registry does not answer. */
  check(): Promise<void>;
  /** Adds a function to call, soon, after another agent that shares the registry has changed something. */
  onForeignChange(listener: () => void): void;
}
