import type { Json } from '../../measurement.ts';
import type { ConfigurationRequest } from './configuration-request.ts';
import type { Protocol } from './protocol.ts';

/** A command that a device gets when it asks; no two at once have the same name. */
export interface WaitingCommand {
  readonly name: string;
  readonly value: Json;
}

/** What came of a device's question for values of its Entity. */
export type ConfigurationOutcome =
  /** What the device is told; by MQTT it is on its way. */
  | { readonly kind: 'answered'; readonly text: string }
  /** It cannot be answered, however often it is asked. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The broker or the registry is away. */
  | { readonly kind: 'away'; readonly reason: string };

/** What the group of an apikey says about how its devices speak. */
export interface GroupWays {
  readonly protocol?: Protocol;
  /** Path of its devices by HTTP, in the place of the usual one. */
  readonly resource?: string;
}

/** What transports ask the rest of the agent about plain devices. */
export interface PlainDevices {
  /** Undefined for an apikey that no group has. Never rejects: while the registry is away, nothing is known. */
  waysOf(apikey: string): Promise<GroupWays | undefined>;
  /** Hands over the commands that wait for the device; they count as delivered. May reject. */
  poll(apikey: string, deviceId: string): Promise<readonly WaitingCommand[]>;
  /** Answers by MQTT on the device's topic, by HTTP with what it returns and at the device's endpoint. Never rejects. */
  configure(request: ConfigurationRequest, by: 'mqtt' | 'http'): Promise<ConfigurationOutcome>;
}
