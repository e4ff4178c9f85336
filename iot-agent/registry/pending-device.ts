import type { LorawanUplink } from '../measurement.ts';
import type { DeviceSettings } from './settings.ts';

/** Whether somebody has still to decide, or has decided against it. */
export const pendingStates = ['pending', 'rejected'] as const;

export type PendingState = (typeof pendingStates)[number];

/** What a network server says about a device that nobody has registered. */
export type Sighting = Pick<
  LorawanUplink,
  'server' | 'applicationId' | 'connection' | 'deviceId' | 'profile' | 'tags' | 'location'
>;

/** A device that sends and waits for somebody to approve it. Nothing is written to the broker until then. */
export interface PendingDevice {
  /** Its sender key: there is one record for each. */
  readonly key: string;
  readonly tenant: string;
  readonly servicePath: string;
  readonly state: PendingState;
  /** What it would be registered with. */
  readonly settings: DeviceSettings;
  /** Models of the catalogue that it may be, nearest first. */
  readonly suggestions?: readonly string[];
  /** Template of its entity_name; see provisioning/naming.ts. */
  readonly naming?: string;
  /** Name of the rule that let it in; absent where the agent knew its kind by itself, or its group wants approval. */
  readonly rule?: string;
  /** Why it could not be registered at once, though its rule says so. */
  readonly obstacle?: string;
  /** Microseconds since 1970. */
  readonly firstSeen: number;
  /** Absent for plain devices. */
  readonly sighting?: Sighting;
}
