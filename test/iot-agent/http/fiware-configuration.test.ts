import { afterEach, beforeEach, expect, it } from '@jest/globals';
import request from 'supertest';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { type ConfigApiServer, configApiServer } from './config-api-server.ts';

let broker: FakeBroker;
let api: ConfigApiServer;

beforeEach(async () => {
  broker = await fakeBroker();
  api = await configApiServer(broker.url);
});
afterEach(() => broker.close());

/** Every member that the documentation of FIWARE's agents lists for a group, and some that it does not. */
const group = {
  apikey: '4jggokgpepnvsb2uv4s40d59ov',
  resource: '/iot/json',
  entity_type: 'Room',
  trust: '8970A9078A803H3BL98PINEQRW8342HBAMS',
  cbHost: 'http://orion:1026',
  timezone: 'Europe/Madrid',
  timestamp: true,
  lazy: [{ object_id: 'l', name: 'luminosity', type: 'Integer' }],
  commands: [
    { object_id: 't', name: 'turn', type: 'command', expression: '{set: turn}', payloadType: 'json' },
    {
      name: 'ping',
      type: 'command',
      contentType: 'text/plain',
      headers: { 'X-A': 'b' },
      mqtt: { qos: 2, retain: false },
    },
  ],
  attributes: [
    { object_id: 't', name: 'temperature', type: 'Number', expression: 't * 10', skipValue: null },
    {
      ...{
        object_id: 'p',
        name: 'pressure',
        type: 'Number',
        entity_name: "'Sub' + id",
        entity_type: 'SubRoom',
      },
      metadata: { unitCode: { type: 'Text', value: 'HPA' }, at: { expression: 'TimeInstant' } },
    },
  ],
  static_attributes: [{ name: 'category', type: 'Text', value: ['sensor'], metadata: { a: { value: 1 } } }],
  internal_attributes: [{ customAttribute: 'x' }],
  explicitAttrs: "['temperature', {object_id: 'p'}]",
  entityNameExp: "id + ':' + type",
  expressionLanguage: 'jexl',
  ngsiVersion: 'ld',
  defaultEntityNameConjunction: ':',
  autoprovision: true,
  payloadType: 'iotagent',
  transport: 'MQTT',
  endpoint: 'http://device:80',
  useCBflowControl: true,
  storeLastMeasure: true,
  cmdMode: 'notification',
  description: 'not in the documentation',
};

const device = {
  device_id: 'sensor01',
  entity_name: 'LivingRoomSensor',
  entity_type: 'multiSensor',
  timezone: 'America/Santiago',
  timestamp: 'true',
  apikey: '0rfs2ln3h4yt',
  endpoint: 'http://192.168.2.1:1234',
  protocol: 'PDI-IoTA-UltraLight',
  transport: 'HTTP',
  polling: true,
  attributes: group.attributes,
  lazy: group.lazy,
  commands: group.commands,
  static_attributes: group.static_attributes,
  internal_attributes: group.internal_attributes,
  explicitAttrs: true,
  ngsiVersion: 'v2',
  payloadType: 'iotagent',
  lastMeasure: { timestamp: '2024-01-01T00:00:00Z', measure: [] },
  useCBflowControl: false,
  storeLastMeasure: true,
  lastSeen: 'not in the documentation',
};

const headers = { 'Fiware-Service': 'smartgondor', 'Fiware-ServicePath': '/gardens' };
const toldOf = (body: { readonly warnings: readonly { readonly message: string }[] }): readonly string[] =>
  body.warnings.map(({ message }) => message);

it.each(['groups', 'services'] as const)('a group of FIWARE loads unchanged as one of %s', async (member) => {
  const answer = await request(api.server)
    .post(`/iot/${member}`)
    .set(headers)
    .send({ [member]: [group] })
    .expect(201);
  expect(toldOf(answer.body)).toEqual(
    expect.arrayContaining([
      ...['lazy', 'trust', 'cbHost', 'useCBflowControl', 'storeLastMeasure'].map(
        (name) => `${name} is kept, but has no effect`,
      ),
      'description is kept, but is no setting',
    ]),
  );
  const { body } = await request(api.server)
    .get(`/iot/${member}?resource=/iot/json&apikey=${group.apikey}`)
    .set(headers)
    .expect(200);
  expect(body).toEqual({ ...group, service: 'smartgondor', service_path: '/gardens' });
});

it('a device of FIWARE loads unchanged', async () => {
  const answer = await request(api.server)
    .post('/iot/devices')
    .set(headers)
    .send({ devices: [device] })
    .expect(201);
  expect(toldOf(answer.body)).toEqual(
    expect.arrayContaining([
      'lazy is kept, but has no effect',
      'ngsiVersion other than ld, mixed is kept, but has no effect',
      'lastSeen is kept, but is no setting',
    ]),
  );
  const { body } = await request(api.server).get('/iot/devices/sensor01').set(headers).expect(200);
  expect(body).toEqual({ ...device, service: 'smartgondor', service_path: '/gardens', waiting: [] });
});
