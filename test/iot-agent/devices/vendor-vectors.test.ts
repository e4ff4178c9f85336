import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import { hex } from '../hex.ts';
import {
  MODELS,
  NAMES,
  NAMES_OF_MODEL,
  NOT_MEASURED,
  OURS_BESIDES,
  type OurName,
  WITHOUT_PROBE,
} from './vendor-names.ts';
import {
  LEFT_OUT_OF_OTHERS,
  MODELS_OF_OTHERS,
  NAMES_OF_OTHERS,
  OURS_BESIDES_OF_OTHERS,
} from './vendor-names-of-others.ts';

const file = join(process.env['SHARED_DIR'] ?? '../shared', 'vectors', 'lorawan-uplinks.jsonl');
const catalogue = await loadCatalogue();

interface Vector {
  readonly vendor: string;
  readonly device: string;
  readonly fPort: number | null;
  readonly bytesHex: string;
  readonly expected: { readonly data: { readonly [name: string]: unknown } };
}

function readVectors(): readonly Vector[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector);
}

function modelOf({ vendor, device }: Vector): ReturnType<typeof catalogue.findModel> {
  return catalogue.findModel(MODELS[device] ?? MODELS_OF_OTHERS[device] ?? `${vendor}/${device}`);
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return (value as { readonly value: unknown }).value;
  if (value === 'H' || value === 'ON') return true;
  return value === 'L' || value === 'OFF' ? false : value;
}

const leftOut = { ...WITHOUT_PROBE, ...LEFT_OUT_OF_OTHERS };
const oursBesides = { ...OURS_BESIDES, ...OURS_BESIDES_OF_OTHERS };
const namesOf = (model: string) => NAMES_OF_MODEL[model] ?? NAMES_OF_OTHERS[model] ?? {};

function ourNameOf(model: string, vendorName: string): { readonly name: string; readonly factor: number } {
  const ours: OurName = namesOf(model)[vendorName] ?? NAMES[vendorName] ?? vendorName;
  return typeof ours === 'string' ? { name: ours, factor: 1 } : ours;
}

/** To a billionth of the value, which is far below what is kept behind the point. */
function expectSame(ours: Json | undefined, theirs: unknown, factor: number): void {
  if (typeof theirs !== 'number') expect(ours).toBe(theirs);
  else if (typeof ours === 'boolean') expect(ours).toBe(theirs !== 0);
  else {
    expect(ours).toEqual(expect.any(Number));
    const expected = theirs * factor;
    expect(Math.abs(Number(ours) - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
  }
}

const describeWithShared = existsSync(file) ? describe : describe.skip;

describeWithShared(
  `the vendors' own decoders (${existsSync(file) ? file : `skipped: ${file} is absent`})`,
  () => {
    const vectors = existsSync(file) ? readVectors().filter((vector) => modelOf(vector) !== undefined) : [];

    // Whose measurements no public description tells: their devices take the vendor's own codec.
    it('have a model for every device but those of which the vendor publishes no payload', () => {
      const all = existsSync(file) ? readVectors() : [];
      const without = all
        .filter((vector) => modelOf(vector) === undefined)
        .map(({ vendor, device }) => `${vendor}: ${device}`);
      expect(without).toEqual([
        'example-vendor: Example device',
        'yobiiq: YOBIIQ DSMR',
        'yobiiq: YOBIIQ EM2101',
        'yobiiq: YOBIIQ EM4301-CT; YOBIIQ EM4301',
        'yobiiq: YOBIIQ SD1001-AC; YOBIIQ SD1001-DC',
      ]);
    });

    it('have a vector for every model of Decentlab', () => {
      const tested = new Set(vectors.map(modelOf));
      const ours = catalogue.list().filter(({ vendor }) => vendor === 'decentlab');
      expect(ours.filter((model) => !tested.has(model)).map(({ model }) => model)).toEqual([]);
    });

    it.each(vectors)('say the same as ours of $device $bytesHex', (vector) => {
      const model = modelOf(vector);
      const path = `${model?.vendor}/${model?.model}`;
      const decoded = model?.decode({ bytes: hex(vector.bytesHex), fPort: vector.fPort ?? 1 }) ?? {};
      const named = Object.entries(vector.expected.data)
        .filter(([name]) => !NOT_MEASURED.has(name) && leftOut[path]?.test(name) !== true)
        .map(([name, value]) => ({ ...ourNameOf(path, name), value: plainValue(value) }));
      const names = [...named.map(({ name }) => name), ...(oursBesides[path] ?? [])];
      expect(Object.keys(decoded).sort()).toEqual(names.sort());
      for (const { name, factor, value } of named) expectSame(decoded[name], value, factor);
    });
  },
);
