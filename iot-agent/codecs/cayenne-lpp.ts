import type { Json } from '../measurement.ts';
import type { BuiltInCodec } from './built-in.ts';
import type { CodecResult, EncodeInput, EncodeResult } from './codec-runner.ts';
import { type LppType, lppTypes } from './lpp-types.ts';
import { failed } from './parse-reply.ts';

/**
 * Cayenne Low Power Payload: `channel type value`, again and again, becomes `<type>_<channel>`. What is decoded before something
 * unknown or cut off is kept, with a warning. Commands are encoded for outputs: `{"digital_out_3": 1, "analog_out_4": 2.5}`.
 */
export const cayenneLpp: BuiltInCodec = {
  name: 'cayenne-lpp',
  description: 'Cayenne Low Power Payload',
  decode: ({ bytes }) => decode(bytes),
  encode,
};

function decode(bytes: Uint8Array): CodecResult {
  const data: { [name: string]: Json } = {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends = (warning: string): CodecResult => ({ kind: 'decoded', data, warnings: [warning] });
  let at = 0;
  while (at + 1 < bytes.length) {
    const [channel = 0, code = 0] = bytes.subarray(at, at + 2);
    const type = lppTypes.get(code);
    if (type === undefined)
      return ends(
        `the type ${code} at byte ${at + 1} is not known, nor how long it is: the rest is left out`,
      );
    const end = at + 2 + sizeOf(type);
    const name = `${type.name}_${channel}`;
    if (end > bytes.length) return ends(`${name} at byte ${at} is cut off: it is left out`);
    data[name] = valueAt(view, at + 2, type);
    at = end;
  }
  if (at < bytes.length) return ends(`the channel ${bytes[at]} at the end has no type: it is left out`);
  return { kind: 'decoded', data, warnings: [] };
}

function sizeOf({ bytes, parts }: LppType): number {
  return bytes * (parts?.length ?? 1);
}

function valueAt(view: DataView, at: number, type: LppType): Json {
  const { bytes, parts, per } = type;
  if (parts === undefined) return numberAt(view, at, type) / per;
  const values = parts.map(([name, divisor], k) => [name, numberAt(view, at + k * bytes, type) / divisor]);
  return Object.fromEntries(values);
}

function numberAt(view: DataView, at: number, { bytes, isSigned }: LppType): number {
  let value = 0;
  for (let k = 0; k < bytes; k++) value = value * 256 + view.getUint8(at + k);
  const limit = 2 ** (8 * bytes);
  return isSigned && value >= limit / 2 ? value - limit : value;
}

/** The outputs, which are what a device can be told. */
const outputs = { digital_out: 1, analog_out: 3 } as const;
const output = /^(digital_out|analog_out)_(\d{1,3})$/;

/** The port of those who do not say one: the first for applications, as Cayenne's own devices have it. */
const defaultPort = 1;

function encode({ data, fPort = defaultPort }: EncodeInput): EncodeResult {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return failed(['a command of cayenne-lpp is an object such as {"digital_out_3": 1}']);
  const bytes: number[] = [];
  for (const [name, value] of Object.entries(data)) {
    const encoded = encodeOutput(name, value);
    if (typeof encoded === 'string') return failed([encoded]);
    bytes.push(...encoded);
  }
  if (bytes.length === 0) return failed(['a command of cayenne-lpp must have at least one output']);
  return { kind: 'encoded', bytes: Uint8Array.from(bytes), fPort, warnings: [] };
}

/** The bytes of an output, or what is wrong with it. */
function encodeOutput(name: string, value: Json): readonly number[] | string {
  const [, kind, digits] = output.exec(name) ?? [];
  const channel = Number(digits);
  if (kind === undefined || channel > 255)
    return `${name} is no output: digital_out_<channel> and analog_out_<channel> are, with channels up to 255`;
  const code = outputs[kind as keyof typeof outputs];
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number') return `${name} must be a number`;
  if (code === outputs.digital_out) {
    if (Number.isInteger(number) && number >= 0 && number <= 255) return [channel, code, number];
    return `${name} is ${number}: it must be a whole number from 0 to 255`;
  }
  const hundredths = Math.round(number * 100);
  if (hundredths < -32_768 || hundredths > 32_767)
    return `${name} is ${number}: it must be from -327.68 to 327.67`;
  return [channel, code, (hundredths >> 8) & 0xff, hundredths & 0xff];
}
