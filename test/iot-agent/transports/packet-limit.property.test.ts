import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packetLimit } from '../../../iot-agent/transports/packet-limit.ts';

const most = 300;

/** A PUBLISH of the given length, header aside. */
function publish(length: number): Buffer {
  return Buffer.from([0x30, ...encodedLength(length), ...new Uint8Array(length).fill(0x31)]);
}

/** MQTT 3.1.1, section 2.2.3. */
function encodedLength(length: number): number[] {
  return length < 128 ? [length] : [(length % 128) | 0x80, ...encodedLength(Math.floor(length / 128))];
}

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

const lengths = fc.array(fc.integer({ min: 0, max: most }), { maxLength: 8 });
const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('packetLimit', () => {
  it('lets packets up to the limit pass, however they are cut into chunks', () => {
    fc.assert(
      fc.property(lengths, cuts, (sizes, places) => {
        const fits = packetLimit(most);
        const stream = Buffer.concat(sizes.map(publish));
        expect(chunksOf(stream, places).every(fits)).toBe(true);
      }),
    );
  });

  it('finds the one that is larger, wherever it is', () => {
    const large = fc.integer({ min: most + 1, max: 3 * most });
    fc.assert(
      fc.property(lengths, large, lengths, cuts, (before, size, after, places) => {
        const fits = packetLimit(most);
        const stream = Buffer.concat([...before, size, ...after].map(publish));
        expect(chunksOf(stream, places).every(fits)).toBe(false);
      }),
    );
  });
});
