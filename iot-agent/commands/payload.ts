import type { Json } from '../measurement.ts';
import type { CommandSettings } from '../registry/settings.ts';
import { ultraLightCommand } from '../transports/plain/ultralight.ts';
import { CommandError } from './command-error.ts';
import { deviceNameOf } from './definitions.ts';

/** What a plain device gets, and what kind of content that is. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Bytes of a value as `payloadType` says; undefined for the protocol's own form. @throws CommandError */
export function rawBytes({ payloadType, name }: CommandSettings, value: Json): Uint8Array | undefined {
  switch (payloadType) {
    case 'binaryfromhex':
      return bytesOfHex(name, value);
    case 'binaryfromstring':
    case 'text':
      return Buffer.from(textOf(value));
    case 'binaryfromjson':
      return Buffer.from(JSON.stringify(value));
    case 'json':
    case undefined:
      return undefined;
  }
}

function bytesOfHex(name: string, value: Json): Uint8Array {
  const digits = typeof value === 'string' ? value.replaceAll(/[\s:]/g, '') : '';
  if (/^(?:[0-9a-f]{2})+$/i.test(digits)) return Buffer.from(digits, 'hex');
  throw new CommandError(
    `${name} is sent as bytes of hexadecimal digits, and ${JSON.stringify(value).slice(0, 80)} is none: write two digits a byte, such as "03 01 11"`,
  );
}

/** FIWARE's IoT-Agent-JSON: `{"<command>": value}`; what an expression made stands for itself. */
export function jsonPayload(command: CommandSettings, value: Json): Payload {
  const { contentType, expression } = command;
  const raw = rawBytes(command, value);
  if (raw !== undefined) return { bytes: raw, contentType: contentType ?? typeOfRaw(command) };
  const content = expression === undefined ? { [deviceNameOf(command)]: value } : value;
  return { bytes: Buffer.from(JSON.stringify(content)), contentType: contentType ?? 'application/json' };
}

/** FIWARE's UltraLight 2.0: `device@command|value`, and of an object `device@command|name=value|name=value`. */
export function ultraLightPayload(command: CommandSettings, deviceId: string, value: Json): Payload {
  const raw = rawBytes(command, value);
  const text = ultraLightCommand(deviceId, deviceNameOf(command), value);
  return { bytes: raw ?? Buffer.from(text), contentType: command.contentType ?? 'text/plain' };
}

function typeOfRaw({ payloadType }: CommandSettings): string {
  return payloadType === 'text' ? 'text/plain' : 'application/octet-stream';
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
