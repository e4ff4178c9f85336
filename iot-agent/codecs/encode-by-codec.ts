import type { Downlink } from '../devices/device-model.ts';
import type { Codec, CodecFunction } from '../registry/codec.ts';
import type { Device } from '../registry/device.ts';
import { builtInCodecs } from './built-in.ts';
import type { CodecRunner, EncodeInput } from './codec-runner.ts';

/**
 * Encodes commands by the codec that a device names: undefined when it names none, or one that only decodes.
 * @throws Error with what the codec said
 */
export function encodeByCodec(
  codecs: Pick<CodecRunner, 'encode'>,
): (device: Device, input: EncodeInput) => Promise<Downlink | undefined> {
  return async ({ codec }, input) => {
    if (codec === undefined || !mayEncode(codec)) return undefined;
    const result = await codecs.encode(codec, input);
    if (result.kind === 'failed') throw new Error(result.errors.join('; '));
    const { bytes, fPort, confirmed } = result;
    return { bytes, fPort, ...(confirmed === undefined ? {} : { confirmed }) };
  };
}

const encoders: ReadonlySet<CodecFunction> = new Set(['encodeDownlink', 'Encode', 'Encoder']);

function mayEncode({ name, script, functions }: Codec): boolean {
  const builtIn = script === '' ? builtInCodecs.get(name) : undefined;
  if (builtIn !== undefined) return builtIn.encode !== undefined;
  return functions === undefined || functions.some((one) => encoders.has(one));
}
