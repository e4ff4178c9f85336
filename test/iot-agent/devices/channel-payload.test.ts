import { describe, expect, it } from '@jest/globals';
import { readBits } from '../../../iot-agent/devices/bit-reader.ts';
import { channelDecoder, skip, skipRest } from '../../../iot-agent/devices/channel-payload.ts';
import { hex } from '../hex.ts';

const decode = channelDecoder({
  device: 'a thermometer',
  order: 'little-endian',
  channels: {
    '03 67': (r) => ({ temperature: r.int16('temperature') / 10 }),
    'ff 01': skip(1, 'version'),
    '20 ce': skipRest('stored readings'),
  },
});
const decodeHex = (bytes: string) => decode({ bytes: hex(bytes), fPort: 85 });

describe('channelDecoder', () => {
  it('reads channel after channel in any order, the last of a kind winning', () => {
    expect(decodeHex('ff0102 0367 0a00 0367 1400')).toEqual({ temperature: 2 });
  });

  it('keeps what came before a channel that it does not know, whose size cannot be known', () => {
    expect(decodeHex('0367 0a00 0999 0102')).toEqual({ temperature: 1 });
  });

  it('passes over what is told of the past, to the end', () => {
    expect(decodeHex('0367 0a00 20ce 0367 1400')).toEqual({ temperature: 1 });
  });

  it.each([
    ['', 'payload is empty: a thermometer sends at least a channel'],
    ['0999', 'payload begins with channel 9 type 153, unknown to a thermometer'],
    ['03', 'payload too short: type needs 1 byte(s)'],
    ['0367 0a', 'payload too short: temperature needs 2 byte(s) at byte 2'],
  ])('refuses %p with a reason', (bytes, reason) => {
    expect(() => decodeHex(bytes)).toThrow(reason);
  });
});

describe('readBits', () => {
  it('reads numbers across the borders of bytes, and none where all bits are set', () => {
    const bits = readBits(hex('29 ff 80'));
    expect([bits.next(2), bits.next(5), bits.next(9), bits.next(1), bits.next(7)]).toEqual([
      0,
      20,
      undefined,
      undefined,
      0,
    ]);
  });
});
