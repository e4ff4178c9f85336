import { type ByteReader, readBytes } from './bytes.ts';
import type { DecoderInput, Measurements } from './device-model.ts';

/** How the value behind a channel and its type is read. */
export type ReadChannel = (reader: ByteReader) => Measurements;

/** Channel and type, two bytes in hexadecimal with a blank between (`03 67`), to how their value is read. */
export interface Channels {
  readonly [channelAndType: string]: ReadChannel;
}

/** A payload of channel, type, value, again and again, as Cayenne's. */
export interface ChannelPayload {
  /** With its article, for messages: `an EM300-TH`. */
  readonly device: string;
  readonly order: 'big-endian' | 'little-endian';
  readonly channels: Channels;
}

/** A channel that says nothing about what is measured now. */
export const skip =
  (count: number, what: string): ReadChannel =>
  (reader) => {
    reader.skip(count, what);
    return {};
  };

/** A channel of a length of its own that comes last: readings of the past, and answers to commands. */
export const skipRest =
  (what: string): ReadChannel =>
  (reader) => {
    reader.skip(reader.remaining(), what);
    return {};
  };

/**
 * The decoder of such a payload. The size of an unknown channel cannot be known: decoding stops there and keeps what came before it.
 * The decoder throws an Error when the payload is empty, ends inside a value, or begins with a channel that is unknown.
 */
export function channelDecoder(payload: ChannelPayload): (input: DecoderInput) => Measurements {
  const { device, order } = payload;
  const channels = new Map(
    Object.entries(payload.channels).map(([key, read]) => [Number.parseInt(key.replace(' ', ''), 16), read]),
  );
  return ({ bytes }) => {
    if (bytes.length === 0)
      throw new Error(`payload is empty: ${device} sends at least a channel and its value`);
    const reader = readBytes(bytes, order);
    const measured: Record<string, Measurements[string]> = {};
    while (reader.remaining() > 0) {
      const isFirst = reader.remaining() === bytes.length;
      const channel = reader.uint8('channel');
      const type = reader.uint8('type');
      const read = channels.get(channel * 0x100 + type);
      if (read === undefined) {
        if (!isFirst) return measured;
        throw new Error(`payload begins with channel ${channel} type ${type}, unknown to ${device}`);
      }
      Object.assign(measured, read(reader));
    }
    return measured;
  };
}
