import { describe, expect, it } from '@jest/globals';
import { type DecodedUplink, decodedToEntity } from '../../../iot-agent/mapping/decoded-to-entity.ts';
import type { Device } from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT, OBSERVED_AT_TEXT, POINT, plainDevice, single } from './sample-device.ts';

function mapDecoded(overrides: Partial<Device>, uplink: Partial<DecodedUplink>) {
  const mapped = decodedToEntity(plainDevice(overrides), { receivedAt: OBSERVED_AT, ...uplink });
  return mapped && single(mapped);
}

const weather = {
  entityType: 'WeatherObserved',
  staticAttributes: [{ name: 'location', type: 'geo:json', value: POINT }],
};

describe('a normalized payload', () => {
  it('is mapped by the quantity table', () => {
    const normalized = [
      { air: { temperature: 21.3, relativeHumidity: 41.6, pressure: 1010.5 } },
      { wind: { speed: 4.2, direction: 90 }, battery: 3.1 },
    ];
    const observedAt = OBSERVED_AT_TEXT;
    expect(mapDecoded(weather, { normalized, decoded: { t: 21.3 } })).toMatchObject({
      entity: {
        temperature: { value: 21.3, unitCode: 'CEL', observedAt },
        relativeHumidity: { value: 0.416, unitCode: 'C62' },
        atmosphericPressure: { value: 1010.5, unitCode: 'A97' },
        windSpeed: { value: 4.2, unitCode: 'MTS' },
      },
    });
  });

  it('has an Attribute for every member, in a type that takes all', () => {
    const normalized = {
      time: '2026-11-24T09:00:00Z',
      battery: 3.1,
      air: {
        temperature: 1,
        relativeHumidity: 2,
        pressure: 1000,
        co2: 400,
        lightIntensity: 10,
        location: 'indoor',
      },
      wind: { speed: 1, direction: 2 },
      soil: { temperature: 3, moisture: 4, ec: 0.5, pH: 7, depth: 10 },
      water: { leak: true, temperature: { current: 5, min: 1 } },
      metering: { water: { total: 100 } },
      action: { motion: { detected: true, count: 3 }, contactState: 'open' },
      position: { latitude: 50.99, longitude: 4.55 },
    };
    const mapped = mapDecoded({}, { normalized });
    const observedAt = '2026-11-24T09:00:00Z';
    expect(mapped).toMatchObject({ observedAt: Date.parse(observedAt) * 1000 });
    expect(mapped?.kind === 'entity' && mapped.entity).toMatchObject({
      batteryVoltage: { value: 3.1, observedAt },
      temperature: { value: 1 },
      relativeHumidity: { value: 0.02 },
      pressure: { value: 1000 },
      co2: { value: 400 },
      illuminance: { value: 10 },
      windSpeed: { value: 1 },
      windDirection: { value: 2 },
      soilTemperature: { value: 3 },
      soilMoisture: expect.anything(),
      soilConductivity: { value: 500 },
      ph: { value: 7 },
      waterLeak: { value: 1 },
      waterTemperature: { value: 5 },
      waterVolume: expect.anything(),
      motionDetected: { value: true },
      motionCount: { value: 3 },
      contactOpen: { value: true },
      location: { type: 'GeoProperty', value: POINT },
    });
  });

  it('says nothing with what is not known, or of another kind', () => {
    expect(mapDecoded({}, { normalized: [{ unheard: { of: 1 } }] })).toMatchObject({
      entity: { unheard: { value: { of: 1 } } },
    });
    expect(mapDecoded({}, { normalized: 'none' })).toBeUndefined();
    expect(
      mapDecoded({}, { normalized: { battery: 3, action: { contactState: 'ajar' } } }),
    ).not.toHaveProperty('entity.contactOpen');
  });
});

describe('what a network server has decoded', () => {
  it('is mapped by configured attributes first', () => {
    const attributes = [
      { object_id: 't', name: 'temperature', type: 'Number' },
      { object_id: 'air.temperature', name: 'air', type: 'Number' },
    ];
    const normalized = [{ air: { temperature: 9 } }];
    expect(mapDecoded({ attributes, explicitAttrs: true }, { normalized, decoded: { t: 1 } })).toMatchObject({
      entity: { temperature: { value: 1 } },
    });
    expect(mapDecoded({ attributes, explicitAttrs: true }, { normalized })).toMatchObject({
      entity: { air: { value: 9 } },
    });
  });

  it('is a plain measure without any, at the place that the server knows', () => {
    const location = { latitude: 50.99, longitude: 4.55 };
    expect(mapDecoded({}, { decoded: { t: 1 }, location })).toMatchObject({
      entity: { t: { value: 1 }, location: { value: POINT } },
    });
    expect(mapDecoded({}, { decoded: [1] })).toBeUndefined();
    expect(mapDecoded({}, {})).toBeUndefined();
  });
});
