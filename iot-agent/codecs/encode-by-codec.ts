import type { Downlink } from '../devices/device-model.ts';
import type { Device } from '../registry/device.ts';
import type { CodecRunner, EncodeInput } from './codec-runner.ts';

/** Encodes commands by the codec that a device names: undefined when it names none. @throws Error with what the codec said */
export function encodeByCodec(
  codecs: Pick<CodecRunner, 'encode'>,
): (device: Device, input: EncodeInput) => Promise<Downlink | undefined> {
  return async ({ codec }, input) => {
    if (codec === undefined) return undefined;
    const result = await codecs.encode(codec, input);
    if (result.kind === 'failed') throw new Error(result.errors.join('; '));
    const { bytes, fPort, confirmed } = result;
    return { bytes, fPort, ...(confirmed === undefined ? {} : { confirmed }) };
  };
}
