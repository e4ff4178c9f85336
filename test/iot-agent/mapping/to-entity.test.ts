import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { toEntity } from '../../../iot-agent/mapping/to-entity.ts';
import type { Device } from '../../../iot-agent/registry/device.ts';
import { hex } from '../hex.ts';
import { lorawanDevice, OBSERVED_AT, OBSERVED_AT_TEXT, POINT, single } from './sample-device.ts';

const catalogue = await loadCatalogue();
const mapOne = (...measured: Parameters<typeof toEntity>) => single(toEntity(...measured));

/** The Entity of a payload sent to a device of this model. */
function mapPayload(model: string, bytes: string, device: Device) {
  const decoded = catalogue.findModel(model)?.decode({ bytes: hex(bytes), fPort: 1 });
  return mapOne(device, decoded ?? {}, OBSERVED_AT);
}

const DL_PM = '021b50000f0c25002500270027002701f50107012c012d012d012d67bd618dbd10';
const DL_MBX = '02012f000304d200010bb1';
const bin = (
  internalAttributes: Device['internalAttributes'] = { emptyDistance: 2000, fullDistance: 200 },
): Device =>
  lorawanDevice('WasteContainer', { deviceId: 'bin-17', model: 'decentlab/dl-mbx', internalAttributes });

describe('toEntity', () => {
  it('makes an AirQualityObserved of a DL-PM uplink, in the units of the model', () => {
    const measured = (value: number, unitCode: string): object => ({
      type: 'Property',
      value,
      unitCode,
      observedAt: OBSERVED_AT_TEXT,
    });
    expect(mapPayload('decentlab/dl-pm', DL_PM, lorawanDevice('AirQualityObserved'))).toEqual({
      kind: 'entity',
      context: 'https://smart-data-models.github.io/dataModel.Environment/context.jsonld',
      observedAt: OBSERVED_AT,
      entity: {
        id: 'urn:ngsi-ld:AirQualityObserved:pm-04',
        type: 'AirQualityObserved',
        dateObserved: { type: 'Property', value: OBSERVED_AT_TEXT },
        refDevice: { type: 'Relationship', object: 'urn:ngsi-ld:Device:pm-04' },
        location: { type: 'GeoProperty', value: POINT },
        pm1: measured(3.7, 'GQ'),
        pm25: measured(3.9, 'GQ'),
        pm4: measured(3.9, 'GQ'),
        pm10: measured(3.9, 'GQ'),
        temperature: measured(24.36, 'CEL'),
        relativeHumidity: measured(0.4163, 'C62'),
        pressure: measured(968, 'A97'),
      },
    });
  });

  it.each([
    [
      'decentlab/dl-lp8p',
      '020578000f67bd618d1ced bd1081d981f4895b0bd80bb50000959895390c25',
      'co2',
      473,
      '59',
    ],
    ['decentlab/dl-iam', '020bbd007f0b926a515d48bc4e0262006981c7000093d4000b0111', 'co2', 455, '59'],
    [
      'decentlab/dl-iam',
      '020bbd007f0b926a515d48bc4e0262006981c7000093d4000b0111',
      'volatileOrganicCompoundsTotal',
      273,
      '61',
    ],
  ])('of %s %s tells %s = %d (%s)', (model, bytes, attribute, value, unitCode) => {
    const device = lorawanDevice('AirQualityObserved');
    expect(mapPayload(model, bytes, device)).toMatchObject({ entity: { [attribute]: { value, unitCode } } });
  });

  it('works out how full a bin is, and names its device in a list', () => {
    expect(mapPayload('decentlab/dl-mbx', DL_MBX, bin())).toMatchObject({
      entity: {
        fillingLevel: { type: 'Property', value: 0.4256, unitCode: 'C62', observedAt: OBSERVED_AT_TEXT },
        refDevice: { type: 'Relationship', object: ['urn:ngsi-ld:Device:bin-17'] },
      },
    });
  });

  it.each([
    ['farther than empty', 2500, 0],
    ['nearer than full', 100, 1],
  ])('keeps the filling level between 0 and 1: %s', (_, distance, value) => {
    expect(mapOne(bin(), { distance }, OBSERVED_AT)).toMatchObject({ entity: { fillingLevel: { value } } });
  });

  it.each([
    ['a list of objects', [{ emptyDistance: 2000 }, { fullDistance: '200' }]],
    [
      'a list of names and values',
      [
        { name: 'emptyDistance', value: 2000 },
        { name: 'fullDistance', value: 200 },
      ],
    ],
  ])("takes a bin's geometry from %s", (_, settings) => {
    expect(mapOne(bin(settings), { distance: 1234 }, OBSERVED_AT)).toMatchObject({
      entity: { fillingLevel: { value: 0.4256 } },
    });
  });

  it.each([
    ['nothing', null, ['internal_attributes.emptyDistance', 'internal_attributes.fullDistance']],
    ['one distance', { emptyDistance: 2000 }, ['internal_attributes.fullDistance']],
    [
      'distances the wrong way round',
      { emptyDistance: 200, fullDistance: 2000 },
      ['internal_attributes.emptyDistance above internal_attributes.fullDistance'],
    ],
  ])('lets a bin wait of whose geometry it knows %s', (_, settings, missing) => {
    expect(mapOne(bin(settings), { distance: 1234 }, OBSERVED_AT)).toMatchObject({
      kind: 'incomplete',
      missing,
    });
  });

  it('lets an uplink wait when the model demands a location and nobody knows it', () => {
    const device = lorawanDevice('AirQualityObserved', { staticAttributes: [] });
    const mapped = mapOne(device, { pm10: 3.9 }, OBSERVED_AT);
    expect(mapped).toMatchObject({ kind: 'incomplete', missing: ['location'] });
    expect(mapped).toHaveProperty(
      'reason',
      expect.stringContaining('AirQualityObserved of device pm-04 needs location'),
    );
  });

  it('takes the location that the network server knows when the device has none of its own', () => {
    const extras = { location: { latitude: 50.99, longitude: 4.55, altitude: 12 } };
    const without = lorawanDevice('AirQualityObserved', { staticAttributes: [] });
    expect(mapOne(without, { pm10: 3.9 }, OBSERVED_AT, extras)).toMatchObject({
      entity: { location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [4.55, 50.99, 12] } } },
    });
    expect(mapOne(lorawanDevice('AirQualityObserved'), { pm10: 3.9 }, OBSERVED_AT, extras)).toMatchObject({
      entity: { location: { value: POINT } },
    });
  });

  it.each([
    [false, 'off'],
    [true, 'on'],
  ])('tells the power state of a street light by its relay (closed: %p)', (relay1, value) => {
    const device = lorawanDevice('Streetlight', { model: 'dragino/lt-22222-l' });
    expect(mapOne(device, { relay1, relay2: !relay1 }, OBSERVED_AT)).toMatchObject({
      entity: {
        powerState: { value, observedAt: OBSERVED_AT_TEXT },
        status: { type: 'Property', value: 'ok' },
      },
    });
  });

  it('looks at the relay that the device names, and lets a static status stand', () => {
    const { staticAttributes } = lorawanDevice('Streetlight');
    const device = lorawanDevice('Streetlight', {
      internalAttributes: { relay: 2 },
      staticAttributes: [...staticAttributes, { name: 'status', type: 'Text', value: 'defectiveLamp' }],
    });
    expect(mapOne(device, { relay1: false, relay2: true }, OBSERVED_AT)).toMatchObject({
      entity: { powerState: { value: 'on' }, status: { value: 'defectiveLamp' } },
    });
  });

  it('has nothing to send of a report that holds only the battery', () => {
    const device = lorawanDevice('AirQualityObserved', { staticAttributes: [] });
    expect(mapOne(device, { batteryVoltage: 3.1 }, OBSERVED_AT).kind).toBe('nothing');
    expect(mapOne(bin(null), { batteryVoltage: 3.1 }, OBSERVED_AT).kind).toBe('nothing');
  });

  it('refuses values that the model does not allow, by name and rule', () => {
    expect(mapOne(lorawanDevice('AirQualityObserved'), { relativeHumidity: 4163 }, OBSERVED_AT)).toEqual({
      kind: 'invalid',
      attribute: 'relativeHumidity',
      rule: 'must be from -6 to 119 (%), and 4163 was measured: check the sensor and its decoder',
      value: { type: 'Property', value: 4163 },
    });
    expect(mapOne(lorawanDevice('AirQualityObserved'), { co2: -32768 }, OBSERVED_AT)).toEqual({
      kind: 'invalid',
      attribute: 'co2',
      rule: 'must be from 0 to 1000000 (ppm), and -32768 was measured: check the sensor and its decoder',
      value: { type: 'Property', value: -32768 },
    });
  });

  it('refuses static attributes that the model does not have, or not of that kind', () => {
    const withStatic = (name: string, type: string): Device => {
      const device = lorawanDevice('AirQualityObserved');
      return { ...device, staticAttributes: [...device.staticAttributes, { name, type, value: 'urn:x:1' }] };
    };
    expect(mapOne(withStatic('typeOfLocation', 'Text'), { pm10: 1 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: 'typeOfLocation',
      rule: expect.stringContaining('is no Attribute of'),
    });
    expect(mapOne(withStatic('constructor', 'Text'), { pm10: 1 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      attribute: 'constructor',
    });
    expect(mapOne(withStatic('refPointOfInterest', 'Text'), { pm10: 1 }, OBSERVED_AT)).toMatchObject({
      kind: 'invalid',
      rule: 'must be a Relationship',
    });
  });

  it('writes quantities under their own names when the type is no Smart Data Model', () => {
    const device = lorawanDevice('MyThing', { staticAttributes: [] });
    expect(mapOne(device, { temperature: 21.234, batteryVoltage: 3.1 }, OBSERVED_AT)).toMatchObject({
      kind: 'entity',
      context: '',
      entity: {
        temperature: { value: 21.23, unitCode: 'CEL' },
        batteryVoltage: { value: 3.1, unitCode: 'VLT' },
        refDevice: { object: 'urn:ngsi-ld:Device:pm-04' },
      },
    });
  });
});
