import { describe, expect, it } from '@jest/globals';
import { plainToEntity } from '../../../iot-agent/mapping/plain-to-entity.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import type { ActiveAttribute, Device } from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT, POINT, plainDevice } from './sample-device.ts';

/** A device whose attributes have quantities: key → quantity, or quantity and unit. */
function deviceOf(
  entityType: string,
  quantities: { readonly [key: string]: readonly [quantity: string, unit?: string] },
  overrides: Partial<Device> = {},
): Device {
  const attributes = Object.entries(quantities).map(([key, [quantity, unit]]): ActiveAttribute => {
    const preset = { object_id: key, name: quantity, type: 'Number', quantity };
    return unit === undefined ? preset : { ...preset, unit };
  });
  return plainDevice({
    entityType,
    entityName: `urn:ngsi-ld:${entityType}:d1`,
    attributes,
    staticAttributes: [{ name: 'location', type: 'geo:json', value: POINT }],
    ...overrides,
  });
}

function attributesOf(device: Device, values: { readonly [key: string]: Json }): object {
  const mapped = plainToEntity(device, values, OBSERVED_AT);
  if (mapped.kind !== 'entities') throw new Error(`no Entity: ${JSON.stringify(mapped)}`);
  return mapped.entities[0]?.entity ?? {};
}

describe('attributes with a quantity', () => {
  it('are written as the data model wants them', () => {
    const station = deviceOf('WeatherObserved', {
      t: ['temperature', '°F'],
      h: ['relativeHumidity'],
      w: ['windSpeed', 'km/h'],
      p: ['pressure', 'hPa'],
    });
    expect(attributesOf(station, { t: 70.7, h: 41.6, w: '36', p: 1013.2 })).toMatchObject({
      temperature: { value: 21.5, unitCode: 'CEL' },
      relativeHumidity: { value: 0.416, unitCode: 'C62' },
      windSpeed: { value: 10, unitCode: 'MTS' },
      atmosphericPressure: { value: 1013.2, unitCode: 'A97' },
    });
  });

  it('feed what follows from them', () => {
    const bin = deviceOf(
      'WasteContainer',
      { d: ['distance', 'cm'] },
      { internalAttributes: { height: 1800, sensorOffset: 200 } },
    );
    expect(attributesOf(bin, { d: 123.4 })).toMatchObject({ fillingLevel: { value: 0.4256 } });
    const mast = deviceOf('NoiseLevelObserved', { l: ['laeq'], x: ['laMax'], s: ['noiseInterval', 'min'] });
    expect(attributesOf(mast, { l: 47.4, x: 61.8, s: 10 })).toMatchObject({
      LAeq: { value: 47.4, unitCode: '2N' },
      LAmax: { value: 61.8, unitCode: '2N' },
      dateObservedFrom: { value: '2026-11-24T09:50:00.25Z' },
      dateObservedTo: { value: '2026-11-24T10:00:00.25Z' },
    });
  });

  it('are refused by name when no sensor can tell the value', () => {
    const station = deviceOf('WeatherObserved', { t: ['temperature', 'KEL'] });
    expect(plainToEntity(station, { t: 12 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: 'temperature',
      rule: expect.stringContaining('must be from -90 to 150 (°C)'),
    });
    expect(plainToEntity(station, { t: 'warm' }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: 'temperature',
      rule: 'must be a number',
    });
  });
});
