import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import type { DeviceModel } from '../../../iot-agent/devices/device-model.ts';
import { findQuantity } from '../../../iot-agent/mapping/quantities.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import { hex } from '../hex.ts';

const models = (await loadCatalogue()).list();

function numbersIn(value: Json): readonly Json[] {
  return Array.isArray(value) ? value.flatMap(numbersIn) : [value as Json];
}

/** Random bytes seldom get past the header: half of the payloads are examples with bytes exchanged. */
function payloads(examples: readonly string[]): fc.Arbitrary<Uint8Array> {
  const broken = fc
    .tuple(fc.constantFrom(...examples), fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 4 }))
    .map(([example, changes]) => {
      const bytes = hex(example);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    });
  return fc.oneof(fc.uint8Array({ maxLength: 80 }), broken);
}

/** Settings that name what the model asks for, with values that may be anything. */
function settingsOf({ settings = [] }: DeviceModel): fc.Arbitrary<Json> {
  const named = settings.map(({ name }) => [name, fc.oneof(fc.double(), fc.jsonValue())] as const);
  const sensible = fc.record(Object.fromEntries(named), { requiredKeys: [] });
  return fc.oneof(sensible, fc.jsonValue()).map((value) => value as Json);
}

type Decoded = { readonly [name: string]: Json };

/** What the model makes of the bytes; undefined when it refuses them as it should, with an Error that explains itself. */
function decodeOrRefuse(decode: () => Decoded): Decoded | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(TypeError);
    expect(error).not.toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/\w+ \w+/);
    return undefined;
  }
}

function expectFinite(value: Json): void {
  for (const one of numbersIn(value)) {
    expect(one).not.toBeNull();
    if (typeof one === 'number') expect(Number.isFinite(one)).toBe(true);
  }
}

describe('device models, whatever arrives', () => {
  it.each(models)('$vendor/$model delivers known, finite quantities or an Error with a message', (model) => {
    const arbitrary = payloads(model.examples.map(({ bytes }) => bytes));
    fc.assert(
      fc.property(arbitrary, fc.nat(255), settingsOf(model), (bytes, fPort, settings) => {
        const decoded = decodeOrRefuse(() => model.decode({ bytes, fPort, settings }));
        for (const [name, value] of Object.entries(decoded ?? {})) {
          expect(findQuantity(name)).toBeDefined();
          expectFinite(value);
        }
      }),
    );
  });
});
