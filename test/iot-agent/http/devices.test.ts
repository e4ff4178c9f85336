import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventually } from '../../support/eventually.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { POINT } from '../mapping/sample-device.ts';
import { measure, timeText, uplink } from '../running-pipeline.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

const location = { name: 'location', type: 'geo:json', value: POINT };
const pm = {
  device_id: 'pm-1',
  devEui: '70b3:d57b:a000:0001',
  model: 'Decentlab/DL-PM',
  static_attributes: [location],
};
const room = { device_id: 'r1', entity_type: 'Room', apikey: 'k' };

let broker: FakeBroker;
let api: ConfigApiServer;

beforeEach(async () => {
  broker = await fakeBroker();
  api = await configApiServer(broker.url);
});
afterEach(() => broker.close());

const post = (devices: unknown, headers: Record<string, string> = {}) =>
  request(api.server).post('/iot/devices').set(headers).send({ devices });
const get = (path: string, headers: Record<string, string> = {}) =>
  request(api.server).get(path).set(headers);
const put = (id: string, change: object) => request(api.server).put(`/iot/devices/${id}`).send(change);

describe('POST /iot/devices', () => {
  it('registers a LoRaWAN device by devEui and model, and fills the rest in', async () => {
    await post([pm]).expect(201, {});
    const { body } = await get('/iot/devices/pm-1').expect(200);
    expect(body).toEqual({
      device_id: 'pm-1',
      devEui: '70B3D57BA0000001',
      model: 'decentlab/dl-pm',
      entity_type: 'AirQualityObserved',
      entity_name: 'urn:ngsi-ld:AirQualityObserved:pm-1',
      static_attributes: [location],
      attributes: [],
      service: '',
      service_path: '/',
      waiting: [],
    });
  });

  it('takes what GET shows', async () => {
    await post([pm]).expect(201);
    const { body } = await get('/iot/devices/pm-1');
    await request(api.server).delete('/iot/devices/pm-1').expect(204);
    await post([body]).expect(201);
  });

  it('keeps tenant and service path of the headers, whatever the body says', async () => {
    await post([{ ...room, service: 'other' }], {
      'Fiware-Service': 'city',
      'Fiware-ServicePath': '/air',
    }).expect(201);
    await get('/iot/devices/r1').expect(404);
    const { body } = await get('/iot/devices/r1', { 'NGSILD-Tenant': 'city' }).expect(200);
    expect(body).toMatchObject({ service: 'city', service_path: '/air' });
  });

  it('takes the entity_type of the group whose apikey the device has', async () => {
    await request(api.server)
      .post('/iot/groups')
      .send({ groups: [{ apikey: 'g', entity_type: 'Bench' }] })
      .expect(201);
    await post([{ device_id: 'b1', apikey: 'g' }]).expect(201);
    const { body } = await get('/iot/devices/b1');
    expect(body.entity_name).toBe('urn:ngsi-ld:Bench:b1');
  });

  it('registers a device without the location that its model demands, and warns', async () => {
    const { body, headers } = await post([{ ...pm, static_attributes: [] }]).expect(201);
    expect(body.warnings).toEqual([
      { about: 'device pm-1', message: expect.stringContaining('AirQualityObserved needs location') },
    ]);
    expect(headers['warning']).toMatch(/^299 - "device pm-1: AirQualityObserved needs location/);
  });

  it('says what a bin needs, and that no uplink will bring it', async () => {
    const bin = { ...pm, model: 'decentlab/dl-mbx', internal_attributes: { emptyDistance: 2000 } };
    const { body } = await post([bin]).expect(201);
    expect(body.warnings).toEqual([
      {
        about: 'device pm-1',
        message:
          'WasteContainer needs internal_attributes.fullDistance: until it is there, by PUT /iot/devices/pm-1, its uplinks wait',
      },
    ]);
  });

  it('warns of a calibration that cannot be', async () => {
    const gauge = { ...pm, model: 'decentlab/dl-tbrg', internal_attributes: { millimetresPerTip: 'half' } };
    const { body } = await post([gauge]).expect(201);
    expect(body.warnings).toEqual([
      {
        about: 'device pm-1',
        message:
          'internal_attributes.millimetresPerTip is "half": it must be a number above 0, or its payloads cannot be decoded',
      },
    ]);
  });

  it.each(['Streetlight', 'Device'])('warns when a %s has no room for what is measured', async (type) => {
    const { body } = await post([{ ...pm, entity_type: type }]).expect(201);
    expect(body.warnings).toEqual([
      {
        about: 'device pm-1',
        message: `a ${type} has no Attribute for what a decentlab/dl-pm measures, so nothing is sent: it feeds AirQualityObserved`,
      },
    ]);
  });

  it("names the Entity with its group's conjunction, where it has no name of its own", async () => {
    const group = { apikey: 'k', entity_type: 'Room', defaultEntityNameConjunction: '_' };
    await request(api.server)
      .post('/iot/groups')
      .send({ groups: [group] })
      .expect(201);
    await post([
      { device_id: 'r1', apikey: 'k' },
      { device_id: 'r2', apikey: 'k', entity_name: 'Kitchen' },
    ]).expect(201);
    const { body } = await get('/iot/devices');
    expect(body.devices.map(({ entity_name }: { entity_name: string }) => entity_name)).toEqual([
      'urn:ngsi-ld:Room:Room_r1',
      'Kitchen',
    ]);
  });

  it('warns about settings that have no effect', async () => {
    const attributes = [{ name: 't', type: 'Number', reverse: [] }];
    const settings = {
      lazy: [{ name: 'l' }],
      ngsiVersion: 'v2',
      payloadType: 'sparkplug',
      entityNameExp: 'id',
    };
    const { body } = await post([{ ...room, attributes, ...settings }]);
    expect(body.warnings.map(({ message }: { message: string }) => message)).toEqual([
      'lazy is kept, but has no effect',
      'payloadType other than iotagent, ngsiv2, ngsild is kept, but has no effect',
      'ngsiVersion other than ld, mixed is kept, but has no effect',
      'entityNameExp of a device is kept, but has no effect',
      'reverse of attributes is kept, but has no effect',
    ]);
  });

  it('warns about attributes of a device whose model says what it measures', async () => {
    const { body } = await post([{ ...pm, attributes: [{ name: 't', type: 'Number' }] }]);
    expect(body.warnings).toContainEqual({
      about: `device ${pm.device_id}`,
      message: 'attributes of a device with a model is kept, but has no effect',
    });
  });

  it.each([
    [
      { attributes: [{ name: 'level', type: 'Number', expression: 'level /' }] },
      'expression of attribute level of device r1, "level /", is no JEXL at character 8: Unexpected end',
    ],
    [
      { attributes: [{ name: 'a', type: 'Number', metadata: { unitCode: { expression: 'b|trimm' } } }] },
      'metadata unitCode of attribute a of device r1, "b|trimm", uses trimm at character 3, which is no transform: did you mean trim?',
    ],
    [
      { static_attributes: [{ name: 's', type: 'Text', value: 1, metadata: { m: { expression: '(' } } }] },
      'metadata m of static attribute s of device r1',
    ],
    [{ explicitAttrs: '[' }, 'explicitAttrs of device r1, "[", is no JEXL at character 2'],
    [{ explicitAttrs: [1] }, 'devices[0].explicitAttrs[0] must be of the type string or object'],
    [{ unmapped: 'forget' }, 'devices[0].unmapped must be one of drop, keep, quarantine'],
    [{ timezone: 'Europe/Mechelen' }, 'timezone of device r1 is "Europe/Mechelen": it must be an IANA zone'],
    [{ attributes: [{ object_id: 't', quantity: 'temprature' }] }, 'temprature is no quantity'],
    [{ attributes: [{ name: 't', type: 'Number', unit: 'CEL' }] }, 'has a unit and no quantity'],
    [{ attributes: [{ quantity: 'temperature', unit: 'furlong' }] }, 'furlong is no unit'],
    [{ attributes: [{ object_id: 't' }] }, 'devices[0].attributes[0] must have name'],
    [{ attributes: [{ name: 'a', type: 'Text', metadata: { m: {} } }] }, 'metadata.m must have value'],
  ])('refuses a mapping that cannot be: %j', async (settings, message) => {
    const { body, status } = await post([{ ...room, ...settings }]);
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['no list', { device: [] }, 'WRONG_SYNTAX', '{"devices": [...]}'],
    ['an empty list', { devices: [] }, 'WRONG_SYNTAX', 'at least one record'],
    ['a list alone', [pm], 'WRONG_SYNTAX', '{"devices": [...]}'],
    [
      'no device_id',
      { devices: [{ devEui: pm.devEui }] },
      'MISSING_ATTRIBUTES',
      'devices[0] must have device_id',
    ],
    [
      'a wrong kind',
      { devices: [{ ...room, attributes: {} }] },
      'WRONG_SYNTAX',
      'devices[0].attributes must be of the type array',
    ],
    [
      'a type that no broker takes',
      { devices: [{ ...room, entity_type: 'Room 1' }] },
      'WRONG_SYNTAX',
      'devices[0].entity_type must have no blanks',
    ],
    [
      'a devEui that is none',
      { devices: [{ ...pm, devEui: '70B3' }] },
      'WRONG_SYNTAX',
      '16 hexadecimal digits',
    ],
    [
      'a model without devEui',
      { devices: [{ ...pm, devEui: undefined }] },
      'MISSING_ATTRIBUTES',
      'set devEui',
    ],
    [
      'an unknown model',
      { devices: [{ ...pm, model: 'decentlab/dl-pn' }] },
      'WRONG_SYNTAX',
      'did you mean decentlab/dl-pm',
    ],
    [
      'nothing that says a type',
      { devices: [{ device_id: 'x' }] },
      'MISSING_ATTRIBUTES',
      'must have entity_type',
    ],
    [
      'a static attribute that is none',
      { devices: [{ ...pm, static_attributes: [{ ...location, value: 'here' }] }] },
      'WRONG_SYNTAX',
      'static_attributes of device pm-1: location',
    ],
    ['JSON without end', '{"devices": [', 'WRONG_SYNTAX', 'no JSON'],
    [
      'settings nested without end',
      { devices: [{ ...room, internal_attributes: JSON.parse('['.repeat(50) + ']'.repeat(50)) }] },
      'WRONG_SYNTAX',
      'nested deeper',
    ],
  ])('refuses %s', async (_name, body, name, told) => {
    const answer = await request(api.server)
      .post('/iot/devices')
      .set('Content-Type', 'application/json')
      .send(body as object)
      .expect(400);
    expect(answer.body).toEqual({ name, message: expect.stringContaining(told) });
  });

  it('refuses a body that is not declared as JSON, or too large', async () => {
    const server = request(api.server);
    const text = JSON.stringify({ devices: [pm] });
    const untyped = await server
      .post('/iot/devices')
      .set('Content-Type', 'text/plain')
      .send(text)
      .expect(415);
    expect(untyped.body.message).toContain('Content-Type: application/json');
    const large = { devices: [{ ...room, internal_attributes: 'x'.repeat(200_000) }] };
    const answer = await request(api.server).post('/iot/devices').send(large).expect(413);
    expect(answer.body).toEqual({ name: 'TOO_LARGE', message: expect.stringContaining('MAX_BODY_SIZE') });
  });

  it.each([
    [
      { name: 'loaction', type: 'geo:json', value: POINT },
      'loaction is no Attribute of AirQualityObserved: did you mean location?',
    ],
    [{ name: 'reliability', type: 'Number', value: 2 }, 'reliability must be at most 1'],
    [{ name: 'refPointOfInterest', type: 'Text', value: 'x' }, 'refPointOfInterest must be a Relationship'],
    [
      { ...location, value: { type: 'Point', coordinates: [50.99, 184.55] } },
      'location must be a GeoJSON geometry',
    ],
    [
      { ...location, value: { type: 'Polygon', coordinates: [[4, 51]] } },
      'location must be a GeoJSON geometry',
    ],
  ])('refuses static attributes that no Entity could have: %j', async (attribute, rule) => {
    const { body } = await post([{ ...pm, static_attributes: [attribute] }]).expect(400);
    expect(body.name).toBe('WRONG_SYNTAX');
    expect(body.message).toContain(`static_attributes of device pm-1: ${rule}`);
    await post([pm]).expect(201);
    await put('pm-1', { static_attributes: [attribute] }).expect(400);
  });

  it('refuses what clashes, and then registers none of the request', async () => {
    await post([pm], { 'NGSILD-Tenant': 'first' }).expect(201);
    const twin = { ...pm, device_id: 'pm-2' };
    const { body } = await post([room, twin], { 'NGSILD-Tenant': 'second' }).expect(409);
    expect(body.name).toBe('DUPLICATE_DEV_EUI');
    expect(body.message).toContain('belongs to a device of another tenant');
    await get('/iot/devices/r1', { 'NGSILD-Tenant': 'second' }).expect(404);
    const again = await post([pm], { 'NGSILD-Tenant': 'first' }).expect(409);
    expect(again.body.name).toBe('DUPLICATE_DEVICE_ID');
  });

  it('refuses two tenants, and names that are none', async () => {
    const two = await post([room], { 'NGSILD-Tenant': 'a', 'Fiware-Service': 'b' }).expect(400);
    expect(two.body.message).toContain('one tenant');
    await post([room], { 'NGSILD-Tenant': 'a', 'Fiware-Service': 'a' }).expect(201);
    await post([room], { 'Fiware-Service': 'a b' }).expect(400);
    await post([room], { 'Fiware-ServicePath': 'air' }).expect(400);
  });
});

describe('GET /iot/devices', () => {
  it('pages in the order of registration, and counts all', async () => {
    await post([1, 2, 3].map((n) => ({ ...room, device_id: `r${n}` }))).expect(201);
    await post([{ ...room, device_id: 'elsewhere' }], { 'NGSILD-Tenant': 'city' }).expect(201);
    const { body } = await get('/iot/devices?limit=2&offset=1').expect(200);
    expect(body.count).toBe(3);
    expect(body.devices.map(({ device_id: id }: { device_id: string }) => id)).toEqual(['r2', 'r3']);
    const ids = await get('/iot/devices?detailed=off');
    expect(ids.body.devices).toEqual([{ device_id: 'r1' }, { device_id: 'r2' }, { device_id: 'r3' }]);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'limit=1&limit=2', 'detailed=yes'])(
    'refuses %s',
    async (query) => {
      const { body } = await get(`/iot/devices?${query}`).expect(400);
      expect(body.name).toBe('WRONG_SYNTAX');
    },
  );
});

describe('PUT /iot/devices/{id}', () => {
  it('changes what the body has, and keeps the rest', async () => {
    await post([pm]).expect(201);
    await put('pm-1', { timezone: 'Europe/Madrid' }).expect(204);
    const { body } = await get('/iot/devices/pm-1');
    expect(body).toMatchObject({ timezone: 'Europe/Madrid', static_attributes: [location] });
  });

  it('lets go what waited for a location, in order', async () => {
    await post([{ ...pm, static_attributes: [] }]).expect(201);
    await api.pipeline.receive(uplink(1, 1), uplink(1, 2));
    await eventually(async () => {
      const { body } = await get('/iot/devices/pm-1');
      expect(body.waiting).toEqual([expect.objectContaining({ cause: 'incomplete', waits: true, items: 2 })]);
    });
    const listed = await get('/iot/devices?detailed=on');
    expect(listed.body.devices[0].waiting).toHaveLength(1);
    await put('pm-1', { static_attributes: [location] }).expect(204);
    await eventually(() => expect(broker.upserts).toHaveLength(2));
    expect(broker.upserts.map(({ pm25 }) => (pm25 as { observedAt: string }).observedAt)).toEqual(
      [1, 2].map(timeText),
    );
    await eventually(async () => expect((await get('/iot/devices/pm-1')).body.waiting).toEqual([]));
  });

  it('refuses to change what links the device to its Entities', async () => {
    await post([pm]).expect(201);
    const { body } = await put('pm-1', { entity_name: 'urn:other' }).expect(400);
    expect(body.message).toContain('cannot be changed');
    await put('pm-1', { device_id: 'pm-1', entity_type: 'AirQualityObserved' }).expect(204);
  });

  it('answers 404 for a device that is not there', async () => {
    const { body } = await put('nobody', {}).expect(404);
    expect(body).toEqual({
      name: 'DEVICE_NOT_FOUND',
      message: expect.stringContaining('No device was found with id: nobody'),
    });
  });
});

describe('DELETE /iot/devices/{id}', () => {
  it('leaves the Entities, and drops what waited', async () => {
    await post([pm]).expect(201);
    await api.pipeline.receive(uplink(1, 1));
    await eventually(() => expect(broker.upserts).toHaveLength(1));
    await put('pm-1', { static_attributes: [] }).expect(204);
    await api.pipeline.receive(uplink(1, 2));
    await eventually(() => expect(api.pipeline.spool.aside().get('incomplete')).toBe(1));
    await request(api.server).delete('/iot/devices/pm-1').expect(204);
    await request(api.server).delete('/iot/devices/pm-1').expect(404);
    expect(api.pipeline.spool.aside().get('incomplete')).toBe(0);
    expect(broker.entity('urn:ngsi-ld:AirQualityObserved:pm-1')).toBeDefined();
    expect(broker.requests.every(({ method }) => method !== 'DELETE')).toBe(true);
    await api.pipeline.receive(uplink(1, 3));
    await eventually(() => expect(api.pipeline.spool.aside().get('unknown-device')).toBe(1));
  });
});

describe('uplinks of a device that is registered later', () => {
  it('go on when it is', async () => {
    await api.pipeline.receive(uplink(1, 1), measure('k', 'r1', { t: 1 }));
    await eventually(() => expect(api.pipeline.spool.aside().get('unknown-device')).toBe(2));
    await post([pm, room]).expect(201);
    await eventually(() => expect(broker.upserts).toHaveLength(2));
  });
});
