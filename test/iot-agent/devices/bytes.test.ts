import { describe, expect, it } from '@jest/globals';
import { bit, readBytes } from '../../../iot-agent/devices/bytes.ts';
import { hex } from '../hex.ts';

describe('readBytes', () => {
  it('reads big-endian numbers of every size, signed and unsigned', () => {
    const reader = readBytes(hex('ff ff 0102 ffff 010203 fffffe 00000100 ffffd8f0'), 'big-endian');
    expect(reader.uint8('a')).toBe(255);
    expect(reader.int8('b')).toBe(-1);
    expect(reader.uint16('c')).toBe(258);
    expect(reader.int16('d')).toBe(-1);
    expect(reader.uint24('h')).toBe(0x010203);
    expect(reader.int24('i')).toBe(-2);
    expect(reader.uint32('f')).toBe(256);
    expect(reader.int32('g')).toBe(-10000);
    expect(reader.remaining()).toBe(0);
  });

  it('reads little-endian numbers', () => {
    const reader = readBytes(hex('0201 030201 feffff ffffff 00010000'), 'little-endian');
    expect(reader.uint16('a')).toBe(258);
    expect(reader.uint24('d')).toBe(0x010203);
    expect(reader.int24('e')).toBe(-2);
    expect(reader.uint24('f')).toBe(0xffffff);
    expect(reader.uint32('c')).toBe(256);
  });

  it('reads floats in either order', () => {
    expect(readBytes(hex('3fc00000'), 'big-endian').float32('a')).toBe(1.5);
    expect(readBytes(hex('0000c03f'), 'little-endian').float32('a')).toBe(1.5);
  });

  it.each(['7fc00000', 'ffc00000', '7f800000', 'ff800000'])('takes the float %s for no number', (bytes) => {
    expect(() => readBytes(hex(bytes), 'big-endian').float32('water')).toThrow(/^water is .*finite number$/);
  });

  it('reads a view that does not begin at the start of its buffer', () => {
    expect(readBytes(hex('ffff0102').subarray(2), 'big-endian').uint16('a')).toBe(258);
  });

  it('says what is missing when the payload ends too early', () => {
    const reader = readBytes(hex('00 01'), 'big-endian');
    reader.skip(1, 'flags');
    expect(() => reader.uint16('battery')).toThrow(
      'payload too short: battery needs 2 byte(s) at byte 1, but 1 of 2 are left',
    );
  });
});

describe('bit', () => {
  it('counts from the least significant bit', () => {
    expect([7, 6, 1, 0].map((index) => bit(0b1000_0010, index))).toEqual([true, false, true, false]);
  });
});
