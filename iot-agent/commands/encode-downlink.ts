import { Ajv, type ValidateFunction } from 'ajv';
import type { Downlink } from '../devices/device-model.ts';
import type { Json } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import type { CommandSettings } from '../registry/settings.ts';
import type { CommandDevice } from './command-devices.ts';
import { CommandError } from './command-error.ts';
import { deviceNameOf } from './definitions.ts';
import { rawBytes } from './payload.ts';

/** What goes to a LoRaWAN device: bytes, or an object of which its network server's own codec makes them. */
export type EncodedDownlink =
  | Downlink
  | { readonly object: { readonly [name: string]: Json }; readonly fPort?: number };

/**
 * Encodes by the codec that the device names; undefined when it names none that encodes.
 * @throws Error with what the codec said.
 */
export type EncodeByCodec = (
  device: Device,
  input: { readonly data: Json; readonly fPort?: number },
) => Promise<Downlink | undefined>;

/**
 * Makes a downlink of a command's value: raw bytes where the command says so, else by the device's codec, its model, or the
 * network server's codec, in this order. @throws CommandError
 */
export async function encodeDownlink(
  target: CommandDevice,
  command: CommandSettings,
  value: Json,
  encodeByCodec: EncodeByCodec,
): Promise<EncodedDownlink> {
  const { fPort } = command;
  const port = fPort === undefined ? {} : { fPort };
  const bytes = rawBytes(command, value);
  if (bytes !== undefined) return { bytes, fPort: fPort ?? missingPort(command) };
  const data = isObject(value) ? value : { [deviceNameOf(command)]: value };
  const encoded = await encodeByCodec(target.device, { data, ...port }).catch((error: Error) => {
    throw new CommandError(`the codec cannot encode it: ${error.message}`);
  });
  const made = encoded ?? encodeByModel(target, command, value);
  return made === undefined ? { object: data, ...port } : { ...made, ...port };
}

function missingPort({ name }: CommandSettings): never {
  throw new CommandError(`${name} is sent as raw bytes and has no fPort: add fPort to the command`);
}

function encodeByModel(
  { model, device }: Pick<CommandDevice, 'model' | 'device'>,
  command: CommandSettings,
  value: Json,
): Downlink | undefined {
  const name = deviceNameOf(command);
  const known = model?.commands?.find((one) => one.name === name);
  if (model?.encode === undefined || known === undefined) return undefined;
  const fault = faultOf(known.value, value);
  if (fault !== undefined)
    throw new CommandError(
      `${name} cannot be ${JSON.stringify(value).slice(0, 80)}, it ${fault}: ${known.description}`,
    );
  try {
    return model.encode(name, value, device.internalAttributes);
  } catch (error) {
    throw new CommandError(`${name}: ${(error as Error).message}`);
  }
}

const ajv = new Ajv({ strict: false, allErrors: false });
const validators = new WeakMap<object, ValidateFunction>();

function faultOf(schema: { readonly [keyword: string]: Json }, value: Json): string | undefined {
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath ?? ''} ${error?.message ?? 'must be another value'}`.trim();
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
