import { describe, expect, it } from '@jest/globals';
import { DL_PM } from '../uplink-messages.ts';
import { location, place, receivedAt, runningAgent } from './running-agent.ts';

const { register, uplink, entityWith } = runningAgent();

const property = (value: unknown, unitCode?: string) => ({
  ...{ type: 'Property', value, observedAt: receivedAt },
  ...(unitCode === undefined ? {} : { unitCode }),
});
const fixed = (value: unknown) => ({ type: 'Property', value });

describe('an uplink at the webhook becomes an Entity of the Smart Data Models', () => {
  it('row 2: air quality, with unit, time, place and device of each value', async () => {
    await register('0101010101010102', { model: 'decentlab/dl-pm' });
    await uplink('0101010101010102', DL_PM);
    const id = 'urn:ngsi-ld:AirQualityObserved:0101010101010102';
    const { '@context': _context, ...entity } = await entityWith(id, 'pm25');
    expect(entity).toEqual({
      id,
      type: 'AirQualityObserved',
      dateObserved: fixed(receivedAt),
      pm1: property(3.7, 'GQ'),
      pm25: property(3.9, 'GQ'),
      pm4: property(3.9, 'GQ'),
      pm10: property(3.9, 'GQ'),
      temperature: property(24.36, 'CEL'),
      relativeHumidity: property(0.4163, 'C62'),
      pressure: property(968, 'A97'),
      location: { type: 'GeoProperty', value: place },
      refDevice: { type: 'Relationship', object: 'urn:ngsi-ld:Device:0101010101010102' },
    });
  });

  it.each([
    ['02012f000304d200010bb1', 0.4256],
    ['02012f0003006400010bb1', 1],
    ['02012f0003138800010bb1', 0],
  ])('row 3: the distance in %s is a filling level of %p', async (payload, fillingLevel) => {
    const devEui = `01010101010103${payload.slice(10, 12)}`;
    const internal_attributes = { emptyDistance: 2000, fullDistance: 200 };
    await register(devEui, {
      ...{ model: 'decentlab/dl-mbx', entity_type: 'WasteContainer', internal_attributes },
    });
    await uplink(devEui, payload);
    const entity = await entityWith(`urn:ngsi-ld:WasteContainer:${devEui}`, 'fillingLevel');
    expect(entity['fillingLevel']).toEqual(property(fillingLevel, 'C62'));
  });

  it('row 4: noise, over the interval that the device is told to measure', async () => {
    await register('0101010101010104', {
      ...{ model: 'milesight/ws302', internal_attributes: { observationInterval: 600 } },
    });
    await uplink('0101010101010104', '055b053f02da016a02', { fPort: 85 });
    expect(await entityWith('urn:ngsi-ld:NoiseLevelObserved:0101010101010104', 'LAeq')).toMatchObject({
      LAeq: property(47.4, '2N'),
      LAmax: property(61.8, '2N'),
      dateObservedFrom: fixed('2026-02-12T15:05:45.789Z'),
      dateObservedTo: fixed(receivedAt),
    });
  });

  it('row 5: CO2 in parts per million, volatile organic compounds in the parts per billion that the sensor tells', async () => {
    await register('0101010101010105', { model: 'decentlab/dl-lp8p' });
    await uplink('0101010101010105', '020578000f67bd618d1cedbd1081d981f4895b0bd80bb50000959895390c25');
    const outdoors = await entityWith('urn:ngsi-ld:AirQualityObserved:0101010101010105', 'co2');
    expect(outdoors['co2']).toEqual(property(473, '59'));
    await register('0101010101011105', {
      ...{ model: 'decentlab/dl-iam', entity_type: 'AirQualityObserved' },
    });
    await uplink('0101010101011105', '020bbd007f0b926a515d48bc4e0262006981c7000093d4000b0111');
    expect(await entityWith('urn:ngsi-ld:AirQualityObserved:0101010101011105', 'co2')).toMatchObject({
      co2: property(455, '59'),
      volatileOrganicCompoundsTotal: property(273, '61'),
    });
  });

  it.each([
    ['01', 'occupied'],
    ['00', 'free'],
  ])('row 6: a parking sensor that sends %s is on a spot that is %s', async (payload, status) => {
    const devEui = `01010101010106${payload}`;
    const site = { type: 'Relationship', value: 'urn:ngsi-ld:OnStreetParking:market' };
    const refParkingSite = { name: 'refParkingSite', ...site };
    await register(devEui, { model: 'bosch/pls', static_attributes: [location, refParkingSite] });
    await uplink(devEui, payload);
    const entity = await entityWith(`urn:ngsi-ld:ParkingSpot:${devEui}`, 'status');
    expect(entity['status']).toEqual(property(status));
  });

  it('row 6: a relay that is on is a lamp that is on and well', async () => {
    await register('0101010101011106', { model: 'dragino/lt-22222-l', entity_type: 'Streetlight' });
    await uplink('0101010101011106', '04ab04ac13101300aaff01', { fPort: 2 });
    expect(await entityWith('urn:ngsi-ld:Streetlight:0101010101011106', 'powerState')).toMatchObject({
      powerState: property('on'),
      status: fixed('ok'),
    });
  });

  it.each([
    ['01fe1e', 0.3, 'on'],
    ['01fe00', 0, 'off'],
  ])('row 6: a dimmer that sends %s shines at %p and is %s', async (payload, level, powerState) => {
    const devEui = `01010101010116${payload.slice(4)}`;
    await register(devEui, { model: 'nasys/ul20xx' });
    await uplink(devEui, payload, { fPort: 60 });
    expect(await entityWith(`urn:ngsi-ld:Streetlight:${devEui}`, 'powerState')).toMatchObject({
      illuminanceLevel: property(level, 'C62'),
      powerState: property(powerState),
      status: fixed('ok'),
    });
  });
});
