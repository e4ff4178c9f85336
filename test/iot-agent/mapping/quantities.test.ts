import { describe, expect, it } from '@jest/globals';
import { DERIVED } from '../../../iot-agent/mapping/derived-attributes.ts';
import { findQuantity, QUANTITIES, round, targetOf, unite } from '../../../iot-agent/mapping/quantities.ts';
import { SMART_DATA_MODELS } from '../../../iot-agent/mapping/smart-data-models.ts';

const entries = Object.entries(QUANTITIES).flatMap(([name, { targets, ngsiLdKind }]) =>
  Object.entries(targets).map(([type, { attribute, unitCode }]) => ({
    name,
    type,
    attribute,
    unitCode,
    ngsiLdKind,
  })),
);
const derived = [...DERIVED].flatMap(([type, entries]) =>
  entries.map(({ attribute, unitCode }) => ({
    name: 'derived',
    type,
    attribute,
    unitCode,
    ngsiLdKind: 'Property' as const,
  })),
);

describe('quantities', () => {
  it.each([...entries, ...derived])("$name becomes $attribute of $type, in the model's unit", (target) => {
    const schema = SMART_DATA_MODELS.get(target.type)?.schema.properties[target.attribute];
    expect(schema).toBeDefined();
    expect(schema?.ngsiLdKind).toBe(target.ngsiLdKind);
    expect(schema?.unitCode).toBe(target.unitCode);
  });

  it.each([
    ['relativeHumidity', 41.63221740722656, 0.4163],
    ['pressure', 96800, 968],
    ['temperature', 24.35660461425781, 24.36],
    ['temperature', -0.001, 0],
    ['illuminance', 678.76512, 678.77],
    ['tvoc', 273, 273],
    ['batteryLevel', 0.92, 0.92],
    ['relay1', true, true],
  ])('%s %p becomes %p', (name, delivered, value) => {
    expect(findQuantity(name)?.convert(delivered)).toBe(value);
  });

  it('leaves out what is no number', () => {
    for (const nothing of [null, 'x', Number.NaN])
      expect(findQuantity('co2')?.convert(nothing)).toBeUndefined();
    expect(findQuantity('relay1')?.convert(null)).toBeUndefined();
  });

  it('knows no quantity by a name that objects inherit', () => {
    expect(findQuantity('constructor')).toBeUndefined();
  });
});

describe('the table of quantities', () => {
  it('refuses a name that two domains have', () => {
    const { temperature } = QUANTITIES;
    if (temperature === undefined) throw new Error('there is no temperature');
    expect(Object.keys(unite({ temperature }, {}))).toEqual(['temperature']);
    expect(() => unite({ temperature }, { temperature })).toThrow(
      'the quantity temperature is in the table twice',
    );
  });

  it('knows several probes of a kind by the number at the end, which no model has room for', () => {
    const second = findQuantity('windSpeed2');
    expect(second).toMatchObject({ delivered: 'm/s', targets: {} });
    expect(findQuantity('windSpeed2')).toBe(second);
    for (const name of ['windSpeed0', 'windSpeed100', 'nothing2', '2', 'constructor1'])
      expect(findQuantity(name)).toBeUndefined();
  });

  it('leads to the Attribute of a model, to its own name elsewhere, and nowhere where there is no room', () => {
    const speed = findQuantity('windGust');
    if (speed === undefined) throw new Error('there is no windGust');
    expect(targetOf('windGust', speed, 'WeatherObserved')?.attribute).toBe('gustSpeed');
    expect(targetOf('windGust', speed, 'Mast')).toMatchObject({ attribute: 'windGust', unitCode: 'MTS' });
    expect(targetOf('windGust', speed, 'WasteContainer')).toBeUndefined();
  });

  it('has plausible ranges that are ranges', () => {
    const wrong = Object.entries(QUANTITIES).filter(
      ([, { range }]) => range && range.minimum >= range.maximum,
    );
    expect(wrong).toEqual([]);
  });
});

describe('round', () => {
  it('never makes minus zero', () => {
    expect(Object.is(round(-0.0001, 2), 0)).toBe(true);
  });
});
