import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import type { Measurements, ModelSetting } from '../../../iot-agent/devices/device-model.ts';
import { findNumber, settingOrNominal } from '../../../iot-agent/devices/settings.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import { hex } from '../hex.ts';

const catalogue = await loadCatalogue();

const FACTOR: ModelSetting = { name: 'factor', description: 'a factor', nominal: 2, positive: true };
const OFFSET: ModelSetting = { name: 'offset', description: 'an offset', nominal: 0 };

function decode(model: string, bytes: string, settings: Json): Measurements | undefined {
  return catalogue.findModel(model)?.decode({ bytes: hex(bytes), fPort: 1, settings });
}

describe('settings of a device', () => {
  it.each<[string, Json]>([
    ['an object', { factor: 3 }],
    ['a list of objects', [{ other: 1 }, { factor: 3 }]],
    ['a list of names and values', [{ name: 'factor', value: 3 }]],
    ['a number in text', { factor: '3' }],
  ])('are found in %s', (_, settings) => {
    expect(findNumber(settings, 'factor')).toBe(3);
    expect(settingOrNominal(settings, FACTOR)).toBe(3);
  });

  it.each<[string, Json]>([
    ['an object without them', {}],
    ['a text', 'factor'],
    ['a list of texts', ['factor']],
  ])('are nominal in %s', (_, settings) => {
    expect(findNumber(settings, 'factor')).toBeUndefined();
    expect(settingOrNominal(settings, FACTOR)).toBe(2);
  });

  it('that are no numbers are refused by name, with the rule', () => {
    const rule = 'internal_attributes.factor is "two": it must be a number above 0';
    expect(() => settingOrNominal({ factor: 'two' }, FACTOR)).toThrow(rule);
    expect(() => settingOrNominal({ factor: 0 }, FACTOR)).toThrow('is 0: it must be a number above 0');
    expect(() => settingOrNominal({ offset: null }, OFFSET)).toThrow('is null: it must be a number');
    expect(settingOrNominal({ offset: -1 }, OFFSET)).toBe(-1);
  });
});

describe('calibrations of devices', () => {
  it.each<[string, string, Json, Measurements]>([
    [
      'decentlab/dl-tbrg',
      '02 02f8 0001 0004 0258 409a 0000',
      { millimetresPerTip: 0.2 },
      { precipitation: 0.8 },
    ],
    ['decentlab/dl-pr26', '02 0167 0001 8000 6017', { pressureMaximum: 3 }, { waterPressure: 150_000 }],
    ['decentlab/dl-pr26', '02 0167 0001 8000 6017', { liquidDensity: 500 }, { waterLevel: 10.197162129779 }],
    ['decentlab/dl-pr36', '02 032b 0001 9000 9781', { countsPerBar: 4096 }, { waterPressure: 100_000 }],
    [
      'decentlab/dl-dlr2-004',
      '02 08b2 0001 8bb8',
      { shuntResistance: 20 },
      { analogCurrent1: 6.866455078125 },
    ],
    ['decentlab/dl-dlr2-012', '02 1783 0001 162e 0087', { gaugeFactor: 4.04 }, { strain: 856.50325411617 }],
    [
      'decentlab/dl-kl66',
      '02 03d4 0001 3bf6 7fff 3bf6',
      { unloadedFrequency: 15350.468459120457 },
      { weight: 0 },
    ],
    [
      'decentlab/dl-dws',
      '02 03d4 0001 3bf6 7fff 3bf6',
      { calibratedWeight: 370 },
      { weight: 1.3904101368512 },
    ],
  ])('%s: %s with %j', (model, bytes, settings, expected) => {
    const measured = decode(model, bytes, settings);
    for (const [name, value] of Object.entries(expected))
      expect(measured?.[name]).toBeCloseTo(Number(value), 9);
  });

  it('that cannot be make the payload undecodable, and say why', () => {
    const decodeBadly = () =>
      decode('decentlab/dl-tbrg', '02 02f8 0001 0004 0258 409a 0000', { millimetresPerTip: -1 });
    expect(decodeBadly).toThrow('internal_attributes.millimetresPerTip is -1');
  });
});
