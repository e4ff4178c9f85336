import { describe, expect, it } from '@jest/globals';
import type { Measurements } from '../../../iot-agent/devices/device-model.ts';
import { missingFromDevice } from '../../../iot-agent/mapping/missing-settings.ts';
import { toEntity } from '../../../iot-agent/mapping/to-entity.ts';
import type { Device, Mapped, OutgoingEntity } from '../../../iot-agent/registry/device.ts';
import { lorawanDevice, OBSERVED_AT, OBSERVED_AT_TEXT, POINT } from './sample-device.ts';

/** The only Entity of the measurements. */
function entityOf(device: Device, measurements: Measurements): OutgoingEntity {
  const mapped = toEntity(device, measurements, OBSERVED_AT);
  if (mapped.kind !== 'entities') throw new Error(`no Entity: ${JSON.stringify(mapped)}`);
  const [only, ...others] = mapped.entities;
  if (only === undefined || others.length > 0) throw new Error('not one Entity');
  return only.entity;
}

const settings = (internalAttributes: Device['internalAttributes']): Partial<Device> =>
  internalAttributes === undefined ? {} : { internalAttributes };
const location = { name: 'location', type: 'geo:json', value: POINT };

describe('NoiseLevelObserved', () => {
  const meter = lorawanDevice('NoiseLevelObserved');

  it('tells the levels of an interval that ends with the uplink', () => {
    const entity = entityOf(meter, { laeq: 47.4, laMax: 61.8, noiseInterval: 600 });
    expect(entity).toMatchObject({
      LAeq: { type: 'Property', value: 47.4, unitCode: '2N', observedAt: OBSERVED_AT_TEXT },
      LAmax: { value: 61.8, unitCode: '2N' },
      dateObservedFrom: { value: '2026-11-24T09:50:00.25Z' },
      dateObservedTo: { value: OBSERVED_AT_TEXT },
    });
  });

  it('takes the interval from a setting where the device does not say it', () => {
    const set = { ...meter, ...settings({ observationInterval: 60 }) };
    expect(entityOf(set, { laeq: 50 })).toMatchObject({
      dateObservedFrom: { value: '2026-11-24T09:59:00.25Z' },
    });
    expect(entityOf(meter, { las: 50 })).toMatchObject({ dateObservedFrom: { value: OBSERVED_AT_TEXT } });
  });
});

describe('ParkingSpot', () => {
  const refParkingSite = {
    name: 'refParkingSite',
    type: 'Relationship',
    value: 'urn:ngsi-ld:OnStreetParking:1',
  };
  const spot = lorawanDevice('ParkingSpot', { staticAttributes: [location, refParkingSite] });

  it.each([
    [true, 'occupied'],
    [false, 'free'],
  ])('occupied %p is the status %s', (occupied, status) => {
    expect(entityOf(spot, { occupied })).toMatchObject({
      status: { type: 'Property', value: status, observedAt: OBSERVED_AT_TEXT },
      category: { value: ['onStreet'] },
    });
  });

  it('waits for the site that it belongs to, and says so beforehand', () => {
    const stray = lorawanDevice('ParkingSpot');
    expect(toEntity(stray, { occupied: true }, OBSERVED_AT)).toMatchObject({
      kind: 'incomplete',
      missing: ['refParkingSite'],
    });
    expect(missingFromDevice(stray, [{ occupied: true }])).toEqual(['refParkingSite']);
    expect(missingFromDevice(spot, [{ occupied: true }])).toEqual([]);
  });
});

describe('Streetlight', () => {
  const lamp = lorawanDevice('Streetlight');

  it.each<[Measurements, string]>([
    [{ relay1: true }, 'on'],
    [{ relay1: false }, 'off'],
    [{ dimLevel: 30 }, 'on'],
    [{ dimLevel: 0 }, 'off'],
    [{ lampOn: false, dimLevel: 100 }, 'off'],
  ])('of %j is %s and ok', (measurements, powerState) => {
    expect(entityOf(lamp, measurements)).toMatchObject({
      powerState: { value: powerState },
      status: { value: 'ok' },
    });
  });

  it('tells how far it is dimmed as a share of one', () => {
    expect(entityOf(lamp, { relay1: true, dimLevel: 30 })).toMatchObject({
      illuminanceLevel: { value: 0.3, unitCode: 'C62' },
    });
  });

  it('hangs on the relay that a setting names', () => {
    const second = { ...lamp, ...settings({ relay: 2 }) };
    expect(entityOf(second, { relay1: false, relay2: true })).toMatchObject({ powerState: { value: 'on' } });
    expect(toEntity(second, { relay1: true }, OBSERVED_AT)).toMatchObject({ kind: 'nothing' });
    expect(entityOf(second, { lampOn1: false, lampOn2: true })).toMatchObject({
      powerState: { value: 'on' },
    });
  });
});

describe('WasteContainer', () => {
  const bin = (internalAttributes: Device['internalAttributes']): Device =>
    lorawanDevice('WasteContainer', settings(internalAttributes));
  const levelOf = (internal: Device['internalAttributes'], distance: number): unknown =>
    (entityOf(bin(internal), { distance })['fillingLevel'] as { readonly value: unknown }).value;

  it.each<[Device['internalAttributes'], number, number]>([
    [{ emptyDistance: 2000, fullDistance: 200 }, 1234, 0.4256],
    [{ emptyDistance: 2000, fullDistance: 200 }, 100, 1],
    [{ emptyDistance: 2000, fullDistance: 200 }, 2500, 0],
    [{ height: 1800, sensorOffset: 200 }, 1234, 0.4256],
    [{ height: '1000' }, 250, 0.75],
    [{ height: 1000, shape: 'cylindrical' }, 500, 0.5],
    [{ height: 1000, shape: 'cylindrical' }, 750, 0.1955],
    [{ height: 1000, shape: 'cylindrical' }, 0, 1],
  ])('with %j, %d mm from its sensor, is full to %d', (internal, distance, level) => {
    expect(levelOf(internal, distance)).toBe(level);
  });

  it.each<[Device['internalAttributes'], string]>([
    [{ fullDistance: 200 }, 'internal_attributes.emptyDistance'],
    [{ emptyDistance: 100, fullDistance: 200 }, 'internal_attributes.emptyDistance above'],
    [{ height: 1000, shape: 'conical' }, 'internal_attributes.shape as one of linear, cylindrical'],
  ])('with %j waits for %s', (internal, missing) => {
    const mapped = toEntity(bin(internal), { distance: 500 }, OBSERVED_AT);
    expect(mapped.kind === 'incomplete' && mapped.missing.join()).toContain(missing);
  });

  it('is missed at registration by a device of ours, and by one whose attribute is a distance', () => {
    const settingsMissed = ['internal_attributes.emptyDistance', 'internal_attributes.fullDistance'];
    expect(missingFromDevice(bin(undefined), [{ distance: 1 }])).toEqual(settingsMissed);
    const distance = { object_id: 'd', name: 'distance', type: 'Number', quantity: 'distance', unit: 'cm' };
    expect(missingFromDevice({ ...bin(undefined), attributes: [distance] }, [])).toEqual(settingsMissed);
    expect(missingFromDevice({ ...bin({ height: 900 }), attributes: [distance] }, [])).toEqual([]);
  });

  it('needs no geometry when the device tells the level itself', () => {
    expect(entityOf(bin(undefined), { distance: 500, fillingLevel: 41 })).toMatchObject({
      fillingLevel: { value: 0.41 },
    });
  });

  it.each<[Measurements, string]>([
    [{ tilted: true, contactOpen: true }, 'dropped'],
    [{ contactOpen: true }, 'lidOpen'],
    [{ tilted: false }, 'ok'],
  ])('of %j has the status %s', (measurements, status) => {
    expect(entityOf(bin(undefined), measurements)).toMatchObject({ status: { value: status } });
  });
});

describe('water levels', () => {
  it('follow from the height of the sensor', () => {
    const well = lorawanDevice('WaterObserved', settings({ sensorHeight: 4000 }));
    expect(entityOf(well, { distance: 1250 })).toMatchObject({
      waterLevel: { value: 2.75, unitCode: 'MTR' },
      dateObserved: { value: OBSERVED_AT_TEXT },
    });
    const river = lorawanDevice('FloodMonitoring', settings({ sensorHeight: 4000 }));
    expect(entityOf(river, { distance: 1250 })).toMatchObject({
      currentLevel: { value: 2.75 },
      referenceLevel: { value: 4 },
      measuredDistance: { value: 1.25, unitCode: 'MTR' },
    });
  });

  it('that are measured need no height', () => {
    expect(entityOf(lorawanDevice('WaterObserved'), { waterLevel: 1.234 })).toMatchObject({
      waterLevel: { value: 1.234 },
    });
    expect(missingFromDevice(lorawanDevice('WaterObserved'), [{ waterLevel: 1 }])).toEqual([]);
    expect(missingFromDevice(lorawanDevice('WaterObserved'), [{ distance: 1 }])).toEqual([
      'internal_attributes.sensorHeight',
    ]);
  });
});

describe('CrowdFlowObserved', () => {
  it('counts both directions over the interval', () => {
    const gate = lorawanDevice('CrowdFlowObserved');
    expect(entityOf(gate, { peopleIn: 12, peopleOut: 7, observationInterval: 300 })).toMatchObject({
      peopleCount: { value: 19, unitCode: 'C62' },
      peopleCountTowards: { value: 12 },
      peopleCountAway: { value: 7 },
      dateObserved: { value: OBSERVED_AT_TEXT },
      dateObservedFrom: { value: '2026-11-24T09:55:00.25Z' },
      dateObservedTo: { value: OBSERVED_AT_TEXT },
    });
  });
});

describe('DeviceMeasurement', () => {
  it('tells the one quantity that its setting names', () => {
    const meter = lorawanDevice('DeviceMeasurement', settings({ quantity: 'leafWetness' }));
    expect(entityOf(meter, { leafWetness: 12.5, batteryVoltage: 3 })).toMatchObject({
      numValue: { value: 12.5, observedAt: OBSERVED_AT_TEXT },
      unit: { value: 'P1' },
      controlledProperty: { value: 'leafWetness' },
    });
    const door = lorawanDevice('DeviceMeasurement', settings({ quantity: 'contactOpen' }));
    expect(entityOf(door, { contactOpen: true })).toMatchObject({ textValue: { value: 'true' } });
  });

  it('waits for a setting that names a quantity', () => {
    const mapped = toEntity(lorawanDevice('DeviceMeasurement'), { leafWetness: 12.5 }, OBSERVED_AT);
    expect(mapped.kind === 'incomplete' && mapped.missing.join()).toContain('internal_attributes.quantity');
  });
});

describe('gases, wind and trackers', () => {
  const air = lorawanDevice('AirQualityObserved');

  it('writes gases as mass where the model has mass, at 293 K and 1013 hPa', () => {
    expect(entityOf(air, { no2: 20, o3: 30, so2: 10, co: 500, h2s: 1 })).toMatchObject({
      no2: { value: 38.26, unitCode: 'GQ' },
      o3: { value: 59.88, unitCode: 'GQ' },
      so2: { value: 26.64, unitCode: 'GQ' },
      co: { value: 0.5824, unitCode: 'GP' },
      sh2: { value: 1.42, unitCode: 'GQ' },
    });
  });

  it('counts the direction of the wind as each model does', () => {
    expect(entityOf(air, { windDirection: 270 })).toMatchObject({ windDirection: { value: -90 } });
    expect(entityOf(lorawanDevice('WeatherObserved'), { windDirection: 270 })).toMatchObject({
      windDirection: { value: 270 },
    });
  });

  it('puts the Entity where the tracker is', () => {
    const tracker = lorawanDevice('Vehicle', { staticAttributes: [] });
    expect(entityOf(tracker, { location: { latitude: 50.9, longitude: 4.4 } })).toMatchObject({
      location: {
        type: 'GeoProperty',
        value: { type: 'Point', coordinates: [4.4, 50.9] },
        observedAt: OBSERVED_AT_TEXT,
      },
    });
  });
});

describe('what no sensor can tell', () => {
  const faultOf = (type: string, measurements: Measurements, overrides: Partial<Device> = {}): Mapped =>
    toEntity(lorawanDevice(type, overrides), measurements, OBSERVED_AT);

  it.each<[string, Measurements, Partial<Device>, string, string]>([
    ['AirQualityObserved', { relativeHumidity: 4163 }, {}, 'relativeHumidity', 'must be from -6 to 119 (%)'],
    ['WeatherObserved', { temperature: 300 }, {}, 'temperature', 'and 300 was measured'],
    ['Room', { temperature: -273 }, {}, 'temperature', 'must be from -90 to 150'],
    [
      'WasteContainer',
      { distance: -5 },
      settings({ height: 1000 }),
      'fillingLevel',
      'follows from distance, which must be',
    ],
  ])('makes %s of %j invalid by name', (type, measurements, overrides, attribute, rule) => {
    expect(faultOf(type, measurements, overrides)).toMatchObject({
      kind: 'invalid',
      attribute,
      rule: expect.stringContaining(rule),
    });
  });

  it('does not matter where the Entity has no room for it', () => {
    expect(faultOf('AirQualityObserved', { co2: 400, batteryVoltage: -3 }).kind).toBe('entities');
  });

  it('is cropped where the formula of the sensor overshoots', () => {
    expect(entityOf(lorawanDevice('WeatherObserved'), { relativeHumidity: 100.6 })).toMatchObject({
      relativeHumidity: { value: 1 },
    });
  });
});
