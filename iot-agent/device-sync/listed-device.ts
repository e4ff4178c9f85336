import type { LorawanServer, LorawanUplink } from '../measurement.ts';

/** A device as its network server lists it: what an uplink of it would tell besides its payload. */
export interface ListedDevice
  extends Pick<LorawanUplink, 'devEui' | 'deviceId' | 'applicationId' | 'profile' | 'tags' | 'location'> {}

/** The HTTP interface of a network server, and what of it is asked for. */
export interface DeviceList {
  readonly url: string;
  readonly key: string | undefined;
  /** Applications to list; all that the key may see when absent. */
  readonly applications?: readonly string[];
  /** ChirpStack's tenant, whose applications are listed. */
  readonly tenantId?: string;
}

/** Asks for JSON; the path begins with a slash. @throws ServerRefuses, ServerAway */
export type Ask = (path: string) => Promise<unknown>;

/** Lists the devices of a network server, some at a time. */
export type ListDevices = (list: DeviceList, ask: Ask) => AsyncIterable<ListedDevice>;

/** Servers whose devices can be listed. */
export type ListingServer = Extract<LorawanServer, 'chirpstack' | 'things-stack'>;

/** The network server does not let the list be read, or it is none: the message says why, and the remedy. */
export class ServerRefuses extends Error {
  override readonly name = 'ServerRefuses';
}

/** The network server cannot be asked now. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway';
}
