import { protocolOf } from '../../registry/device-protocol.ts';
import type { CommandSettings } from '../../registry/settings.ts';
import type { Command, Progress } from '../command.ts';
import type { CommandDevice } from '../command-devices.ts';
import type { DeviceRoute } from '../routes.ts';

/** A command on its way out, with everything that is known about where it goes. */
export interface Dispatch {
  readonly command: Command;
  readonly definition: CommandSettings;
  readonly target: CommandDevice;
  /** Where the device was heard last. */
  readonly route: DeviceRoute | undefined;
  /** The network server's queue for the device is to be emptied by this downlink. */
  readonly mustFlush: boolean;
}

/**
 * Sends a command, and resolves to how far that brought it.
 * @throws CommandError when it can never be sent; NotNow, or any other Error, when it is to be tried again.
 */
export type Way = (dispatch: Dispatch) => Promise<Progress>;

/** The names of the ways out. */
export type WayName = 'lorawan' | 'mqtt' | 'http' | 'poll';

/**
 * How commands reach the device. Where neither `transport` nor `endpoint` nor `polling` says it, one that was heard by HTTP asks
 * for them, as FIWARE's agent has it, and the others listen by MQTT.
 */
export function wayOf({ record, group }: CommandDevice, route: DeviceRoute | undefined): WayName {
  const { devEui, polling } = record.settings;
  if (devEui !== undefined) return 'lorawan';
  if (polling === true || polling === 'true') return 'poll';
  const transport = record.settings.transport ?? group?.settings.transport;
  const endpoint = endpointOf({ record, group });
  if (transport?.toUpperCase() === 'MQTT') return 'mqtt';
  if (endpoint !== undefined) return 'http';
  const isHttp = transport === undefined ? isByHttp(route) : transport.toUpperCase() === 'HTTP';
  return isHttp ? 'poll' : 'mqtt';
}

function isByHttp(route: DeviceRoute | undefined): boolean {
  return route?.kind === 'plain' && route.byHttp === true;
}

/** Where commands are posted to, if anywhere; may be an expression. */
export function endpointOf({ record, group }: Pick<CommandDevice, 'record' | 'group'>): string | undefined {
  const endpoint = record.settings.endpoint ?? group?.settings.endpoint;
  return endpoint === '' ? undefined : endpoint;
}

/** The apikey that the device knows itself by. */
export function apikeyOf(
  { record, group }: CommandDevice,
  route: DeviceRoute | undefined,
): string | undefined {
  const heard = route?.kind === 'plain' ? route.apikey : undefined;
  return record.settings.apikey ?? heard ?? group?.settings.apikey;
}

/** True for devices that speak UltraLight 2.0; the others speak JSON. */
export function speaksUltraLight({ record, group }: Pick<CommandDevice, 'record' | 'group'>): boolean {
  return protocolOf(record.settings, group?.settings) === 'ultralight';
}
