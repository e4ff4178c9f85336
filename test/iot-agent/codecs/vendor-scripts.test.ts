import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWith, sharedFolder } from '../../support/describe-with.ts';
import { hex } from '../hex.ts';
import { codecOf, receivedAt, runningCodecs } from './running-codecs.ts';
import { vendorScripts } from './vendor-scripts.ts';

interface Vector {
  readonly device: string;
  readonly fPort: number | null;
  readonly bytesHex: string;
  readonly expected: { readonly data: unknown };
}

const codecs = runningCodecs();

describeWith('shared', () => {
  const file = join(sharedFolder, 'vectors', 'lorawan-uplinks.jsonl');
  const vectors = new Map(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Vector)
      .map((vector) => [vector.device, vector]),
  );

  it('covers at least twenty devices of the vectors', () => {
    expect([...vendorScripts.keys()].filter((device) => vectors.has(device)).length).toBeGreaterThan(20);
  });

  it.each([...vendorScripts])(
    'a script for %s gives exactly what its vendor publishes',
    async (device, script) => {
      const { bytesHex, fPort, expected } = vectors.get(device) ?? {
        bytesHex: '',
        fPort: 1,
        expected: { data: null },
      };
      const input = { bytes: hex(bytesHex), fPort: fPort ?? 1, receivedAt };
      expect(await codecs.decode(codecOf(script), input)).toEqual({
        kind: 'decoded',
        data: expected.data,
        warnings: [],
      });
    },
  );
});
