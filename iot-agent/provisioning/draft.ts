import type { DeviceRecord, GroupRecord } from '../registry/registry.ts';

/** Whose devices a request is about. */
export interface Owner {
  /** Empty for the default tenant. */
  readonly tenant: string;
  /** FIWARE's sub-service; `/` by default. */
  readonly servicePath: string;
}

/** Settings of a device as they came. */
export interface DeviceDraft {
  readonly settings: unknown;
  readonly owner: Owner;
  /** Where they stand, such as `devices[0]`. */
  readonly at: string;
  /** Makes the entity_name that the settings do not have, of the entity_type. */
  readonly nameOf?: (entityType: string) => string;
}

/** A device that may be registered, and the group whose settings it has. */
export interface ParsedDevice {
  readonly record: DeviceRecord;
  readonly group: GroupRecord | undefined;
}

/** Why settings are refused, for people: the setting where it is one, the rule and the remedy. */
export interface Fault {
  readonly field?: string;
  readonly reason: string;
}

/** The record of settings as they came, or why they are refused. */
export type TryParse = (draft: DeviceDraft) => Promise<ParsedDevice | Fault>;
