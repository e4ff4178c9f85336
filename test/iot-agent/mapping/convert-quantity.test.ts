import { describe, expect, it } from '@jest/globals';
import { convertQuantity, presetFault } from '../../../iot-agent/mapping/convert-quantity.ts';
import { QUANTITIES } from '../../../iot-agent/mapping/quantities.ts';
import { findUnits, UNITS, unitConversion } from '../../../iot-agent/mapping/units.ts';
import type { Json } from '../../../iot-agent/measurement.ts';

describe('convertQuantity', () => {
  it.each<[string, Json, string | undefined, number | boolean]>([
    ['temperature', 21.5, undefined, 21.5],
    ['temperature', '21.5', 'CEL', 21.5],
    ['temperature', 70.7, 'FAH', 21.5],
    ['temperature', 70.7, '°F', 21.5],
    ['temperature', 294.65, 'KEL', 21.5],
    ['relativeHumidity', 0.416, 'C62', 41.6],
    ['relativeHumidity', 41.6, '%', 41.6],
    ['batteryLevel', 88, 'P1', 0.88],
    ['co2', 0.05, '%', 500],
    ['tvoc', 0.273, 'ppm', 273],
    ['pm25', 0.012, 'mg/m³', 12],
    ['pm25', 12, 'ug/m3', 12],
    ['pressure', 1013.25, 'hPa', 101_325],
    ['pressure', 1.01325, 'bar', 101_325],
    ['distance', 1.2, 'm', 1200],
    ['distance', 10, 'in', 254],
    ['distance', 10, 'ft', 3048],
    ['waterLevel', 250, 'cm', 2.5],
    ['windSpeed', 36, 'km/h', 10],
    ['windSpeed', 10, 'kn', 5.144444],
    ['batteryVoltage', 3600, 'mV', 3.6],
    ['current', 250, 'mA', 0.25],
    ['activePower', 1.5, 'kW', 1500],
    ['activeEnergy', 1500, 'Wh', 1.5],
    ['waterFlow', 100, 'l/min', 6],
    ['illuminance', 1.2, 'klx', 1200],
    ['noiseInterval', 10, 'min', 600],
    ['laeq', 47.4, 'dB', 47.4],
    ['salinity', 35, 'ppt', 35],
    ['weight', 1500, 'g', 1.5],
    ['accelerationX', 9.80665, 'm/s^2', 1],
    ['peopleCount', 4, 'C62', 4],
    ['occupied', 1, undefined, true],
    ['occupied', 'off', undefined, false],
    ['soilTemperature2', 50, 'FAH', 10],
  ])('%s of %p %s is %p in the unit of the table', (name, value, unit, converted) => {
    const result = convertQuantity(name, value, unit);
    expect(result.kind).toBe('measurement');
    const measured = result.kind === 'measurement' ? result.value : undefined;
    if (typeof converted === 'number') expect(measured).toBeCloseTo(converted, 5);
    else expect(measured).toBe(converted);
  });

  it('turns the mass of a gas into its share of the air, by the molar mass', () => {
    const no2 = convertQuantity('no2', 38.26, 'GQ');
    expect(no2.kind === 'measurement' && no2.value).toBeCloseTo(20, 2);
    const co = convertQuantity('co', 0.5824, 'mg/m³');
    expect(co.kind === 'measurement' && co.value).toBeCloseTo(500, 1);
  });

  it.each<[string, Json, string | undefined, string]>([
    ['temprature', 21, undefined, 'temprature is no quantity: GET /iot/presets lists them'],
    ['constructor', 21, undefined, 'constructor is no quantity'],
    ['temperature', 21, 'Réaumur', 'Réaumur is no unit: use a UN/CEFACT code or a usual sign, such as CEL'],
    ['temperature', 21, 'hPa', 'temperature cannot be converted from hPa to °C'],
    ['tvoc', 21, 'µg/m³', 'tvoc cannot be converted from µg/m³ to ppb'],
    ['pm25', 21, 'ppb', 'pm25 cannot be converted from ppb to µg/m³'],
    ['occupied', true, '%', 'occupied has no unit'],
    ['temperature', 'warm', undefined, 'must be a number'],
    ['temperature', null, 'CEL', 'must be a number'],
    ['occupied', 'perhaps', undefined, 'must be true or false'],
  ])('refuses %s of %p in %s by name', (name, value, unit, rule) => {
    expect(convertQuantity(name, value, unit)).toEqual({
      kind: 'fault',
      rule: expect.stringContaining(rule),
    });
  });

  it('can take every quantity in the unit that the table says', () => {
    for (const [name, { nature, delivered, unitCode }] of Object.entries(QUANTITIES)) {
      expect(presetFault(name, delivered)).toBeUndefined();
      if (nature !== 'number' || unitCode === undefined || findUnits(delivered).length === 0) continue;
      expect([name, presetFault(name, unitCode)]).toEqual([name, undefined]);
    }
  });
});

describe('units', () => {
  it('have one meaning in each dimension', () => {
    for (const dimension of new Set(UNITS.map((unit) => unit.dimension))) {
      const names = UNITS.filter((unit) => unit.dimension === dimension).flatMap(({ code, signs }) => [
        ...(code === '' ? [] : [code]),
        ...signs,
      ]);
      const twice = names.filter((name, at) => names.indexOf(name) !== at);
      expect([dimension, [...new Set(twice)].filter((name) => findUnits(name).length > 1)]).toEqual([
        dimension,
        [],
      ]);
    }
  });

  it('convert there and back', () => {
    for (const from of UNITS.filter(({ code }) => code !== '')) {
      for (const to of UNITS.filter((unit) => unit.dimension === from.dimension && unit.code !== '')) {
        const there = unitConversion(from.code, to.code)?.(12.5);
        expect(unitConversion(to.code, from.code)?.(there ?? Number.NaN)).toBeCloseTo(12.5, 6);
      }
    }
  });

  it('know both characters of the micro sign, raised digits and keyboards', () => {
    for (const sign of ['µg/m³', 'μg/m³', 'ug/m3', ' µg/m3 '])
      expect(findUnits(sign).map(({ code }) => code)).toEqual(['GQ']);
    expect(findUnits('uS/cm').map(({ code }) => code)).toEqual(['G42']);
    expect(findUnits('')).toEqual([]);
  });
});
