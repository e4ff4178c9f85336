import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Json } from '../../../iot-agent/measurement.ts';
import { readFixture } from '../transports/lorawan/read-fixture.ts';
import { DL_PM, thingsStackUplink } from '../uplink-messages.ts';
import { trialServer } from './trial-server.ts';

const server = await trialServer();

const receivedAt = '2026-11-24T08:00:00Z';
const AIR = 'https://smart-data-models.github.io/dataModel.Environment/context.jsonld';
const location = { type: 'geo:json', value: { type: 'Point', coordinates: [4.55, 50.99] } };
const placed = { static_attributes: [{ name: 'location', ...location }] };

async function tried(body: object, tenant = ''): Promise<Record<string, Json>> {
  const answer = await request(server.app)
    .post('/iot/test')
    .set(tenant === '' ? {} : { 'NGSILD-Tenant': tenant })
    .send({ receivedAt, ...body })
    .expect(200);
  expect(Object.keys(answer.body).sort()).toEqual(
    ['decoded', 'entities', 'errors', 'measurements', 'violations', 'warnings'].sort(),
  );
  return answer.body;
}

const refused = (body: object) => request(server.app).post('/iot/test').send(body);

describe('POST /iot/test with a model', () => {
  it('shows what a payload becomes, with units and the @context', async () => {
    const { decoded, measurements, entities, ...rest } = await tried({
      model: 'decentlab/dl-pm',
      fPort: 1,
      bytes: DL_PM.replace(/(..)/g, '$1 '),
      settings: placed,
    });
    expect(rest).toEqual({ violations: [], warnings: [], errors: [] });
    expect(decoded).toMatchObject({ pm25: 3.9, temperature: expect.closeTo(24.36, 2) });
    expect(measurements).toMatchObject({
      pm25: { value: 3.9, unit: 'µg/m³' },
      pressure: { value: 96_800, unit: 'Pa' },
    });
    expect(entities).toMatchObject([
      {
        '@context': AIR,
        type: 'AirQualityObserved',
        dateObserved: { value: receivedAt },
        location: { type: 'GeoProperty', value: location.value },
        pm25: { type: 'Property', value: 3.9, unitCode: 'GQ', observedAt: receivedAt },
        relativeHumidity: { value: 0.4163 },
        pressure: { value: 968 },
      },
    ]);
  });

  it('shows an Entity that lacks something as far as it goes, and says what it lacks', async () => {
    const { entities, violations, errors } = await tried({ model: 'Decentlab/DL-PM', bytes: DL_PM });
    expect(violations).toEqual([{ attribute: 'location', rule: 'is required' }]);
    expect(entities).toMatchObject([{ pm25: { value: 3.9 } }]);
    expect(errors).toEqual([]);
  });

  it('says why a payload cannot be decoded', async () => {
    const answer = await tried({ model: 'decentlab/dl-pm', bytes: '021b' });
    expect(answer).toMatchObject({ decoded: null, measurements: {}, entities: [], violations: [] });
    expect(answer['errors']).toEqual([expect.stringMatching(/payload too short/)]);
  });

  it('needs the geometry of a bin, and computes with it', async () => {
    const bin = { model: 'decentlab/dl-mbx', fPort: 1, bytes: '02012f000304d200010bb1' };
    const settings = { entity_type: 'WasteContainer', ...placed };
    const without = await tried({ ...bin, settings });
    expect(without['violations']).toContainEqual({
      attribute: 'internal_attributes.emptyDistance',
      rule: 'is required',
    });
    const geometry = { emptyDistance: 2000, fullDistance: 200 };
    const { entities } = await tried({ ...bin, settings: { ...settings, internal_attributes: geometry } });
    expect(entities).toMatchObject([{ fillingLevel: { value: 0.4256, unitCode: 'C62' } }]);
  });
});

describe('POST /iot/test with a codec or a script', () => {
  const script = `function decodeUplink(input) {
    return { data: { t: { displayName: 'T', value: input.bytes[0] / 2, unit: '°C' }, port: input.fPort,
      at: input.recvTime, none: null }, warnings: ['battery low'] };
  }`;

  it('shows what the script returned untouched, and what would be sent', async () => {
    const answer = await tried({ script, fPort: 7, bytes: '2b' });
    const at = '2026-11-24T08:00:00.000Z';
    expect(answer).toMatchObject({
      decoded: { t: { displayName: 'T', value: 21.5, unit: '°C' }, port: 7, at, none: null },
      entities: [{ type: 'Thing', t: { value: 21.5, observedAt: receivedAt }, port: { value: 7 } }],
      warnings: ['battery low'],
      errors: [],
    });
  });

  it('tells measurements of attributes with a quantity, and the rule that they break', async () => {
    const settings = {
      ...{ entity_type: 'AirQualityObserved', unmapped: 'drop' },
      ...placed,
      attributes: [{ object_id: 't', quantity: 'temperature', unit: '°F' }],
    };
    const answer = await tried({ script, bytes: 'f4', settings });
    expect(answer['measurements']).toEqual({ temperature: { value: 50, unit: '°C' } });
    expect(answer['entities']).toMatchObject([{ temperature: { value: 50 } }]);
    const hot = { ...settings, attributes: [{ object_id: 't', quantity: 'relativeHumidity' }] };
    const { violations, entities } = await tried({ script, bytes: 'ff', settings: hot });
    expect(violations).toEqual([
      { attribute: 'relativeHumidity', rule: expect.stringContaining('must be from') },
    ]);
    expect(entities).toEqual([]);
  });

  it('tells the errors of a script in its own words, and of one that does not run', async () => {
    const own = await tried({
      script: "function decodeUplink() { return { errors: ['too short'], warnings: ['w'] } }",
      bytes: '',
      fPort: 1,
    });
    expect(own).toMatchObject({ decoded: null, entities: [] });
    const said = await tried({
      script: "function decodeUplink() { return { errors: ['too short'], warnings: ['w'] } }",
      bytes: '00',
    });
    expect(said).toMatchObject({ decoded: null, errors: ['too short'], warnings: ['w'], entities: [] });
    const { errors } = await tried({ script: 'function decodeUplink( {', bytes: '00' });
    expect(errors).toEqual([expect.stringContaining('line 1')]);
  });

  it('runs built-in codecs, and refuses names that nobody has uploaded', async () => {
    const { decoded } = await tried({ codec: 'cayenne-lpp', bytes: '03670110056700FF' });
    expect(decoded).toEqual({ temperature_3: 27.2, temperature_5: 25.5 });
    const { body } = await refused({ codec: 'cayene-lpp', bytes: '00' }).expect(400);
    expect(body).toMatchObject({
      name: 'WRONG_SYNTAX',
      message: expect.stringContaining('did you mean cayenne-lpp'),
    });
  });
});

describe('POST /iot/test with a whole message', () => {
  const devEui = '70B3D57BA0000123';

  it('reads the message of a network server by its shape', async () => {
    const message = thingsStackUplink({ devEui, fCnt: 1, at: '2026-11-20T08:00:00Z' });
    const { entities } = await tried({ message, model: 'decentlab/dl-pm', settings: placed });
    expect(entities).toMatchObject([
      {
        id: 'urn:ngsi-ld:AirQualityObserved:d-70b3d57ba0000123',
        pm25: { observedAt: '2026-11-20T08:00:00Z' },
      },
    ]);
    expect(await tried({ message: JSON.stringify(message), model: 'decentlab/dl-pm' })).toMatchObject({
      decoded: { pm25: 3.9 },
    });
  });

  it('says that the sender is not registered, and registers nobody', async () => {
    const message = thingsStackUplink({ devEui, fCnt: 1, at: receivedAt });
    expect(await tried({ message })).toMatchObject({
      errors: [expect.stringContaining(`no device with the devEui ${devEui} is registered`)],
    });
    expect((await server.registry.pendingDevices('', 'pending', { limit: 9, offset: 0 })).count).toBe(0);
  });

  it.each(['actility/uplink', 'loriot/gw', 'netmore/uplink', 'helium/uplink'])('reads %s', async (name) => {
    const { errors, decoded } = await tried({
      message: readFixture(name),
      script: 'function Decoder(bytes, port) { return { n: bytes.length } }',
    });
    expect(errors).toEqual([]);
    expect([decoded].flat()).toContainEqual({ n: expect.any(Number) });
  });

  it('tells that an event measures nothing, and what is wrong with an envelope', async () => {
    const joined = { deviceInfo: { devEui }, devAddr: '00ffeedd' };
    expect((await tried({ message: joined, event: 'join', model: 'decentlab/dl-pm' }))['warnings']).toEqual([
      'a join event measures nothing',
    ]);
    expect((await tried({ message: { a: 1 } }))['errors']).toEqual([
      expect.stringContaining('looks like no message of'),
    ]);
    expect((await tried({ message: '{"a": ', apikey: 'k' }))['errors']).toEqual([
      expect.stringContaining('neither JSON nor UltraLight'),
    ]);
  });

  it('finds the registered sender of its tenant, and no other', async () => {
    const settings = {
      ...{ device_id: 'pm-9', devEui: '70B3D57BA0000999', model: 'decentlab/dl-pm' },
      ...{ entity_type: 'AirQualityObserved', entity_name: 'urn:ngsi-ld:AirQualityObserved:pm-9' },
      ...placed,
    };
    await server.registry.addDevices([{ tenant: 'city', servicePath: '/', settings } as never]);
    const message = thingsStackUplink({ devEui: '70B3D57BA0000999', fCnt: 1, at: receivedAt });
    expect((await tried({ message }, 'city'))['entities']).toMatchObject([
      { id: 'urn:ngsi-ld:AirQualityObserved:pm-9' },
    ]);
    expect((await tried({ message }))['errors']).toEqual([expect.stringContaining('is registered')]);
    expect((await tried({ device: 'pm-9', bytes: DL_PM }, 'city'))['entities']).toHaveLength(1);
    const script = 'function decodeUplink() { return { data: { pm25: 1 } } }';
    expect((await tried({ device: 'pm-9', bytes: '00', script }, 'city'))['decoded']).toEqual({ pm25: 1 });
    await refused({ device: 'pm-9', bytes: DL_PM }).expect(404);
  });

  it('reads IoT-Agent-JSON and UltraLight, one by one', async () => {
    const attributes = [{ object_id: 't', name: 'temperature', type: 'Number' }];
    const settings = { entity_type: 'Room', attributes };
    const sender = { apikey: 'k1', device_id: 'room-1' };
    const message = [
      { t: 1, TimeInstant: '2026-11-24T07:00:00Z' },
      { t: 0, TimeInstant: '2026-11-24T06:00:00Z' },
    ];
    const json = await tried({ message, settings, ...sender });
    expect(json['decoded']).toEqual([{ t: 0 }, { t: 1 }]);
    expect(json['entities']).toMatchObject([
      { id: 'urn:ngsi-ld:Room:room-1', temperature: { value: 0, observedAt: '2026-11-24T06:00:00Z' } },
      { temperature: { value: 1, observedAt: '2026-11-24T07:00:00Z' } },
    ]);
    const ultraLight = await tried({ message: 't|15#h|40', settings, ...sender });
    expect(ultraLight['entities']).toMatchObject([{ temperature: { value: 15 } }, { h: { value: 40 } }]);
  });

  it('imagines the device that a group would let in', async () => {
    await server.registry.addGroups([
      { tenant: '', servicePath: '/', settings: { apikey: 'k7', entity_type: 'Room' } },
    ]);
    const answer = await tried({ message: 't|21', apikey: 'k7', device_id: 'new' });
    expect(answer['entities']).toMatchObject([{ id: 'urn:ngsi-ld:Room:new', t: { value: 21 } }]);
    expect(await server.registry.device('', 'new')).toBeUndefined();
  });

  it('refuses times from the future as the pipeline does', async () => {
    const message = { t: 1, TimeInstant: '2026-11-25T08:00:00Z' };
    const answer = await tried({ message, apikey: 'k', settings: { entity_type: 'Room' } });
    expect(answer['violations']).toEqual([
      { attribute: 'TimeInstant', rule: expect.stringContaining('in the future') },
    ]);
  });
});

describe('POST /iot/test refuses', () => {
  it.each<[string, object, RegExp]>([
    ['neither bytes nor message', { model: 'decentlab/dl-pm' }, /either bytes/],
    ['both', { model: 'decentlab/dl-pm', bytes: '', message: {} }, /either bytes/],
    ['bytes without a decoder', { bytes: '00' }, /what decodes the bytes/],
    ['a model and a codec', { model: 'decentlab/dl-pm', codec: 'cbor', bytes: '' }, /one of them/],
    ['an unknown model', { model: 'decentlab/dl-mp', bytes: '' }, /did you mean/],
    ['half a byte', { codec: 'cbor', bytes: '0' }, /two a byte/],
    ['a port beyond 255', { codec: 'cbor', bytes: '00', fPort: 256 }, /fPort/],
    ['no time', { codec: 'cbor', bytes: '00', receivedAt: 'noon' }, /receivedAt/],
    ['a member that means nothing', { codec: 'cbor', byte: '00' }, /did you mean bytes/],
    ['bad settings', { codec: 'cbor', bytes: '00', settings: { attributes: 1 } }, /settings.attributes/],
    ['device and settings', { device: 'a', settings: {}, bytes: '00' }, /leave one of them out/],
    ['what is no object', [], /must be of the type object/],
  ])('%s', async (_, body, message) => {
    const answer = await refused(body).expect(400);
    expect(answer.body.message).toMatch(message);
  });
});
