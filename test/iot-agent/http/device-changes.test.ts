import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let broker: FakeBroker;
let api: ConfigApiServer;

beforeEach(async () => {
  broker = await fakeBroker();
  api = await configApiServer(broker.url);
  await request(api.server)
    .post('/iot/devices')
    .send({ devices: [room] })
    .expect(201);
});
afterEach(() => broker.close());

const attributes = [
  { object_id: 't', name: 'temperature', type: 'Number' },
  { object_id: 'h', name: 'humidity', type: 'Number' },
];
const room = {
  device_id: 'r1',
  entity_type: 'Room',
  timezone: 'UTC',
  attributes,
  internal_attributes: { a: 1, b: { c: 2, d: 3 } },
};
type Headers = Readonly<Record<string, string>>;
const patch = (body: object, headers: Headers = {}, path = '/iot/devices/r1') =>
  request(api.server)
    .patch(path)
    .set({ 'Content-Type': 'application/merge-patch+json', ...headers })
    .send(JSON.stringify(body));
const get = async (path = '/iot/devices/r1') => (await request(api.server).get(path).expect(200)).body;
const etag = async (path = '/iot/devices/r1') => (await request(api.server).get(path)).headers['etag'] ?? '';

describe('PATCH /iot/devices/:id', () => {
  it('merges objects, replaces lists and removes what is null (RFC 7396)', async () => {
    const change = {
      timezone: null,
      endpoint: 'http://x',
      internal_attributes: { b: { c: null, e: [4] } },
      attributes: [attributes[1]],
    };
    await patch(change).expect(204);
    const body = await get();
    expect(body).toMatchObject({
      endpoint: 'http://x',
      internal_attributes: { a: 1, b: { d: 3, e: [4] } },
      attributes: [attributes[1]],
    });
    expect(body).not.toHaveProperty('timezone');
    expect(body.internal_attributes.b).not.toHaveProperty('c');
  });

  it('merges a list of attributes that is given by name', async () => {
    await patch({
      attributes: {
        temperature: { object_id: 'temp' },
        humidity: null,
        co2: { type: 'Number', object_id: 'c' },
      },
    }).expect(204);
    expect((await get()).attributes).toEqual([
      { object_id: 'temp', name: 'temperature', type: 'Number' },
      { object_id: 'c', name: 'co2', type: 'Number' },
    ]);
  });

  it.each([
    [{ entity_type: 'Hall' }, 'entity_type of device r1 is Room and cannot be changed'],
    [{ entity_name: null }, 'entity_name of device r1 is urn:ngsi-ld:Room:r1 and cannot be changed'],
    [{ device_id: null }, 'device_id of device r1 is r1 and cannot be changed'],
    [{ timezone: 7 }, 'the device.timezone must be of the type string'],
    [{ timezone: 'Mars' }, 'it must be an IANA zone'],
    [{ attributes: { temperature: 7 } }, 'attributes.temperature must be an object with what changes'],
    [[], 'must be an object with the members that change'],
  ])('refuses %j, and changes nothing', async (change, message) => {
    const before = await get();
    const { body } = await patch(change).expect(400);
    expect(body.message).toContain(message);
    expect(await get()).toEqual(before);
  });

  it('refuses a name that a list has twice', async () => {
    const twice = [attributes[0], { ...attributes[0], entity_name: 'urn:ngsi-ld:Room:2' }];
    await patch({ attributes: twice }).expect(204);
    const { body } = await patch({ attributes: { temperature: { object_id: 'x' } } }).expect(400);
    expect(body.message).toContain('2 entries with the name temperature');
  });

  it('warns in a header, as PUT does', async () => {
    const answer = await patch({ lazy: [{ name: 'l' }] }).expect(204);
    expect(answer.headers['warning']).toContain('lazy is kept, but has no effect');
  });
});

describe('the ETag of a device', () => {
  it('changes with its settings, and lets a change through as long as it is the newest', async () => {
    const first = await etag();
    expect(first).toMatch(/^"[\w-]{22}"$/);
    const answer = await patch({ timezone: 'Europe/Brussels' }, { 'If-Match': first }).expect(204);
    expect(answer.headers['etag']).toBe(await etag());
    expect(await etag()).not.toBe(first);
    for (const method of ['put', 'patch', 'delete'] as const) {
      const { body } = await request(api.server)
        [method]('/iot/devices/r1')
        .set('If-Match', first)
        .send({ timezone: 'UTC' })
        .expect(412);
      expect(body).toEqual({
        name: 'PRECONDITION_FAILED',
        message: expect.stringContaining('GET them again'),
      });
    }
    await patch({ timezone: 'UTC' }, { 'If-Match': `"other", ${await etag()}` }).expect(204);
    await request(api.server).delete('/iot/devices/r1').set('If-Match', '*').expect(204);
  });

  it('is that of a group as well', async () => {
    const path = '/iot/groups?apikey=k';
    await request(api.server)
      .post('/iot/groups')
      .send({ groups: [{ apikey: 'k', timezone: 'UTC' }] });
    const first = await etag(path);
    await patch({ timezone: null, entity_type: 'Room' }, { 'If-Match': first }, path).expect(204);
    expect(await get(path)).toEqual({
      ...{ apikey: 'k', entity_type: 'Room', resource: '', service: '', service_path: '/' },
    });
    await patch({ timezone: 'UTC' }, { 'If-Match': first }, path).expect(412);
    await request(api.server).delete(path).set('If-Match', first).expect(412);
    await request(api.server).delete(path).expect(204);
  });
});

it('loses none of many changes of one device at once', async () => {
  const names = Array.from({ length: 15 }, (_, index) => `n${index}`);
  await Promise.all(names.map((name) => patch({ internal_attributes: { [name]: name } }).expect(204)));
  expect(Object.keys((await get()).internal_attributes).sort()).toEqual(['a', 'b', ...names].sort());
});

describe('POST /iot/op/delete', () => {
  const remove = (devices: unknown) => request(api.server).post('/iot/op/delete').send({ devices });

  beforeEach(async () => {
    const devices = [
      { device_id: 'r2', entity_type: 'Room', apikey: 'k2' },
      { device_id: 'r3', entity_type: 'Room' },
    ];
    await request(api.server).post('/iot/devices').send({ devices }).expect(201);
  });

  it('removes devices in the form of FIWARE, and in that of the rest of the API', async () => {
    await remove([
      { deviceId: 'r1', apikey: '' },
      { deviceId: 'r2', apikey: 'k2' },
      { device_id: 'r3' },
    ]).expect(204);
    expect((await get('/iot/devices')).count).toBe(0);
  });

  it('removes those that are there, and names the others', async () => {
    const { body } = await remove([
      { deviceId: 'r1' },
      { deviceId: 'r2', apikey: 'other' },
      { deviceId: 'r9' },
    ]).expect(404);
    expect(body).toEqual({
      name: 'DEVICE_NOT_FOUND',
      message: '1 of 3 devices were deleted. No device was found with id: r2, r9',
    });
    expect((await get('/iot/devices')).count).toBe(2);
  });

  it('refuses what names no device', async () => {
    const { body } = await remove([{ apikey: 'k' }]).expect(400);
    expect(body.message).toContain('devices[0] must have deviceId');
  });

  it("leaves another tenant's devices alone", async () => {
    await remove([{ deviceId: 'r1' }])
      .set('NGSILD-Tenant', 'other')
      .expect(404);
    await get();
  });
});

describe('what a configuration says that is no setting', () => {
  it('is kept, and told with the name that was perhaps meant', async () => {
    const device = {
      device_id: 'r5',
      entity_type: 'Room',
      devEUI: '1',
      attributes: [{ name: 'a', type: 'b', objectid: 'c', metadata: { m: { value: 1, kind: 'x' } } }],
      commands: [{ name: 'on', mqtt: { retained: true } }],
      constructor: { a: 1 },
    };
    const { body } = await request(api.server)
      .post('/iot/devices')
      .send({ devices: [device] })
      .expect(201);
    expect(body.warnings.map(({ message }: { readonly message: string }) => message)).toEqual([
      'devEUI (did you mean devEui?) is kept, but is no setting',
      'attributes[0].objectid (did you mean object_id?) is kept, but is no setting',
      'attributes[0].metadata.m.kind is kept, but is no setting',
      'commands[0].mqtt.retained (did you mean retain?) is kept, but is no setting',
      'constructor is kept, but is no setting',
    ]);
    expect(await get('/iot/devices/r5')).toMatchObject(device);
  });

  it('is told of groups as well', async () => {
    const answer = await request(api.server)
      .post('/iot/groups')
      .send({ groups: [{ apikey: 'k', entity_type: 'Room', protocols: ['IoTA-JSON'] }] })
      .expect(201);
    expect(answer.body.warnings).toEqual([
      { about: 'group k', message: expect.stringContaining('protocols') },
    ]);
  });
});

describe('two devices of one Entity', () => {
  const twin = { device_id: 'r2', entity_type: 'Room', entity_name: 'urn:ngsi-ld:Room:r1' };
  const add = (device: object, headers: Headers = {}) =>
    request(api.server)
      .post('/iot/devices')
      .set(headers)
      .send({ devices: [device] })
      .expect(201);

  it('are told of when they write the same attributes', async () => {
    const { body } = await add({ ...twin, attributes });
    expect(body.warnings).toEqual([
      {
        about: 'device r2',
        message:
          'device r1 writes temperature, humidity of urn:ngsi-ld:Room:r1 as well: the later measure wins',
      },
    ]);
    const found = await get('/iot/devices?entity=urn:ngsi-ld:Room:r1');
    expect(found.devices.map((one: { readonly device_id: string }) => one.device_id)).toEqual(['r1', 'r2']);
  });

  it('may write others', async () => {
    const { body } = await add({ ...twin, attributes: [{ name: 'co2', type: 'Number' }] });
    expect(body).toEqual({});
  });

  it('may be of two tenants', async () => {
    const { body } = await add({ ...twin, attributes }, { 'NGSILD-Tenant': 'other' });
    expect(body).toEqual({});
  });
});
