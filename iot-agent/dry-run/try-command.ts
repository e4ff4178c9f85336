import { randomUUID } from 'node:crypto';
import type { Command } from '../commands/command.ts';
import type { CommandDevice } from '../commands/command-devices.ts';
import { CommandError } from '../commands/command-error.ts';
import { scopeOf, sentValue } from '../commands/command-value.ts';
import { deviceNameOf } from '../commands/definitions.ts';
import { type EncodeByCodec, type EncodedDownlink, encodeDownlink } from '../commands/encode-downlink.ts';
import { byMqtt } from '../commands/ways/lorawan.ts';
import { payloadOf } from '../commands/ways/mqtt.ts';
import { apikeyOf, type Dispatch, endpointOf, wayOf } from '../commands/ways/way.ts';
import { entityId } from '../mapping/entity-ids.ts';
import type { Json, LorawanServer } from '../measurement.ts';
import type { CommandSettings } from '../registry/settings.ts';
import { downlinkMessage } from '../transports/downlinks/downlink-message.ts';
import { DownlinkError, type DownlinkMessage } from '../transports/downlinks/downlink-request.ts';

/** What a command would send. */
export interface TriedCommand {
  /** Null for plain devices, and where the network server's own codec chooses it. */
  readonly fPort: number | null;
  /** Hexadecimal; null where the network server's own codec makes them. */
  readonly bytes: string | null;
  readonly confirmed: boolean;
  /** What the network server or the device would get; null when that cannot be said, for the reason among the errors. */
  readonly message: object | null;
  readonly errors: readonly string[];
}

/** The command that is tried. */
export interface CommandToTry {
  readonly name: string;
  readonly value: Json;
  /** The network server that would be told. */
  readonly server: LorawanServer;
}

/** What trying a command asks. */
export interface TryCommandParts {
  readonly encodeByCodec: EncodeByCodec;
  /** Microseconds since 1970. */
  readonly now: number;
}

/** Stands for what the network server tells with the first uplink of the device. */
const unheard = { applicationId: '{application}', downlink: { apikey: '{key}' } } as const;
/** Microseconds. */
const lifetime = 3_600_000_000;

/** What a device would get of a command, by the code that sends real ones. Nothing is sent, and nothing is kept. */
export async function tryCommand(
  parts: TryCommandParts,
  target: CommandDevice,
  { name, value, server }: CommandToTry,
): Promise<TriedCommand> {
  try {
    const definition = definitionOf(target, name);
    const command = commandOf(target, definition, value, parts.now);
    const dispatch = { command, definition, target, route: undefined, mustFlush: false };
    return wayOf(target, undefined) === 'lorawan'
      ? await downlinkOf(parts, dispatch, server)
      : plainOf(dispatch, parts.now);
  } catch (error) {
    if (error instanceof CommandError) return { ...nothingSent, errors: [error.message] };
    throw error;
  }
}

const nothingSent: TriedCommand = { fPort: null, bytes: null, confirmed: false, message: null, errors: [] };

/** A codec may know commands that nobody has listed. */
function definitionOf({ commands, device }: CommandDevice, name: string): CommandSettings {
  const definition = commands.get(name) ?? (device.codec === undefined ? undefined : { name });
  if (definition !== undefined) return definition;
  const known = commands.size === 0 ? 'it has none' : `it has ${[...commands.keys()].join(', ')}`;
  throw new CommandError(`${device.model ?? `device ${device.deviceId}`} has no command ${name}: ${known}`);
}

function commandOf(
  { device }: CommandDevice,
  definition: CommandSettings,
  value: Json,
  now: number,
): Command {
  const { tenant, deviceId, entityType, entityName } = device;
  return {
    ...{ seq: 0, id: randomUUID(), tenant, deviceId, entityType, value, attempts: 0, state: 'PENDING' },
    ...{ entityId: entityId(entityType, entityName), name: definition.name },
    ...{ deviceName: deviceNameOf(definition), isConfirmed: false, replaces: false },
    ...{ created: now, changed: now, expires: now + lifetime },
  };
}

async function downlinkOf(
  { encodeByCodec, now }: TryCommandParts,
  { command, definition, target }: Dispatch,
  server: LorawanServer,
): Promise<TriedCommand> {
  const value = sentValue(command, definition, scopeOf(command, target, now));
  const encoded = await encodeDownlink(target, definition, value, encodeByCodec);
  const confirmed = definition.confirmed ?? ('confirmed' in encoded && encoded.confirmed === true);
  const shown = {
    fPort: encoded.fPort ?? null,
    bytes: 'bytes' in encoded ? Buffer.from(encoded.bytes).toString('hex') : null,
    confirmed,
  };
  try {
    return {
      ...shown,
      message: present(messageOf(target, command, encoded, { server, confirmed, now })),
      errors: [],
    };
  } catch (error) {
    if (error instanceof DownlinkError) return { ...shown, message: null, errors: [error.message] };
    throw error;
  }
}

function messageOf(
  { device }: CommandDevice,
  { id }: Command,
  encoded: EncodedDownlink,
  {
    server,
    confirmed,
    now,
  }: { readonly server: LorawanServer; readonly confirmed: boolean; readonly now: number },
): DownlinkMessage {
  return downlinkMessage(server, {
    ...('bytes' in encoded
      ? { bytes: encoded.bytes, fPort: encoded.fPort }
      : { object: encoded.object, ...(encoded.fPort === undefined ? {} : { fPort: encoded.fPort }) }),
    ...{ devEui: device.devEui ?? '', deviceId: device.deviceId, ...unheard },
    ...{ id, confirmed, mode: 'push', by: byMqtt.has(server) ? 'mqtt' : 'http', now },
  });
}

/** Bodies as JSON, for people; headers, which hold keys, are left out. */
function present(message: DownlinkMessage): object {
  if (message.kind === 'mqtt')
    return { kind: 'mqtt', topic: message.topic, payload: jsonOf(message.payload) };
  const { method, path, body } = message;
  return { kind: 'http', method, path, body: jsonOf(body) };
}

function jsonOf(text: string): Json {
  return text === '' ? null : (JSON.parse(text) as Json);
}

function plainOf(dispatch: Dispatch, now: number): TriedCommand {
  const { target, definition } = dispatch;
  const { bytes } = payloadOf(dispatch, now);
  const buffer = Buffer.from(bytes);
  const payload = buffer.toString('utf8');
  const way = wayOf(target, undefined);
  const topic = `/${apikeyOf(target, undefined) ?? '{apikey}'}/${target.device.deviceId}/cmd`;
  const where =
    way === 'mqtt' ? { topic } : way === 'http' ? { method: 'POST', url: endpointOf(target) ?? null } : {};
  const message = { kind: way, ...where, payload };
  return { ...nothingSent, bytes: buffer.toString('hex'), confirmed: definition.confirmed === true, message };
}
