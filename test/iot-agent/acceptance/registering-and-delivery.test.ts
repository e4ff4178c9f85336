import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';
import { eventually } from '../../support/eventually.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type AgentUnderTest, agentUnderTest } from '../every-route/agent-under-test.ts';
import { type FakeBroker, fakeBroker } from '../fake-broker.ts';
import { hex } from '../hex.ts';
import { DL_PM } from '../uplink-messages.ts';

const folder = tempFolder();
let broker: FakeBroker;
let agent: AgentUnderTest;
let started = 0;

beforeEach(async () => {
  broker = await fakeBroker();
  agent = await agentUnderTest(broker.url, join(folder, `agent-${++started}.db`));
});
afterEach(async () => {
  await agent.stop();
  await broker.close();
  expect(agent.errors).toEqual([]);
});

const DEV_EUI = '0101010101010101';
const ENTITY = 'urn:ngsi-ld:AirQualityObserved:pm-04';
const DEVICE = 'urn:ngsi-ld:Device:pm-04';
const location = { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates: [4.55, 50.99] } };
const PM_04 = {
  device_id: 'pm-04',
  devEui: DEV_EUI,
  model: 'decentlab/dl-pm',
  static_attributes: [location],
};

const deviceInfo = { applicationId: 'a', deviceProfileName: 'DL-PM', deviceName: 'pm-04', devEui: DEV_EUI };
/** That many seconds after noon of a day that is over. */
const at = (second: number): string => new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString();
const told = (second: number): string => at(second).replace('.000Z', 'Z');

/** An event of ChirpStack v4, by its webhook. */
const chirpStack = (event: string, body: object, second = 0): Promise<Response> =>
  request(agent.deviceUrl)
    .post(`/webhooks/chirpstack?event=${event}`)
    .send({ deduplicationId: `${event}-${second}`, time: at(second), deviceInfo, ...body })
    .expect(204);
const up = (second: number, { fCnt = second, bytes = DL_PM, ...others } = {}): Promise<Response> =>
  chirpStack('up', {
    ...{ fCnt, fPort: 1, data: Buffer.from(hex(bytes)).toString('base64') },
    rxInfo: [{ gatewayId: 'g1', rssi: -71, snr: 7 }],
    ...others,
    time: at(second),
  });

const post = (path: string, body: object, tenant = ''): request.Test =>
  request(agent.configUrl).post(path).set('Fiware-Service', tenant).send(body);
const get = (path: string): request.Test => request(agent.configUrl).get(path);
const register = (...devices: readonly object[]): Promise<Response> =>
  post('/iot/devices', { devices }).expect(201);
const settled = (): Promise<void> => eventually(() => expect(agent.pipeline.spool.depth()).toBe(0));
const timesOf = (id: string): unknown[] =>
  broker.upserts
    .filter((entity) => entity.id === id)
    .map(({ temperature }) => (temperature as { readonly observedAt: string }).observedAt);

describe('row 7: a Device entity for each device', () => {
  it.each([
    [{ batteryLevel: 88.3 }, 0.883],
    [{ batteryLevelUnavailable: true }, -1],
  ])('ChirpStack status %j is batteryLevel %d', async (status, value) => {
    await register(PM_04);
    await up(1);
    await chirpStack('status', { margin: 10, ...status }, 2);
    await eventually(() =>
      expect(broker.entity(DEVICE)).toMatchObject({
        type: 'Device',
        batteryLevel: { value, observedAt: told(2) },
        rssi: { value: -71 },
        serialNumber: { value: DEV_EUI },
        controlledAsset: { type: 'Relationship', object: [ENTITY] },
        dateLastValueReported: { value: told(1) },
      }),
    );
  });
});

it('row 9: 1,000 uplinks of ten devices outlast a broker that is down, and arrive in order per Entity', async () => {
  const devices = Array.from({ length: 10 }, (_, index) => ({
    ...PM_04,
    device_id: `pm-${index}`,
    devEui: `010101010101010${index}`,
  }));
  await post('/iot/devices', { devices }, 'city').expect(201);
  broker.behave(() => 'cut');
  for (let second = 1; second <= 100; second++)
    await Promise.all(
      devices.map(({ devEui }) => up(second, { deviceInfo: { ...deviceInfo, devEui } } as object)),
    );
  expect(agent.pipeline.spool.depth()).toBe(1000);
  broker.recover();
  await eventually(() => expect(agent.pipeline.spool.depth()).toBe(0));
  const inOrder = Array.from({ length: 100 }, (_, index) => told(index + 1));
  for (const { device_id: id } of devices)
    expect(timesOf(`urn:ngsi-ld:AirQualityObserved:${id}`)).toEqual(inOrder);
  const upserts = broker.requests.filter(({ url }) => url.includes('upsert'));
  expect(upserts.at(-1)).toMatchObject({
    url: expect.stringMatching(/\/entityOperations\/upsert\?options=update$/),
    headers: { 'ngsild-tenant': 'city' },
  });
});

it('row 10: an uplink that is older than what the Entity shows goes to its history alone', async () => {
  await register(PM_04);
  await up(20);
  await settled();
  await up(10);
  await settled();
  expect(timesOf(ENTITY)).toEqual([told(20)]);
  expect(broker.appended).toMatchObject([
    { id: ENTITY, fragment: { temperature: [{ value: 24.36, observedAt: told(10) }] } },
  ]);
});

it('row 11: an uplink by several gateways, Loriot gw and rx, and again, is one update', async () => {
  await register(PM_04);
  await Promise.all([up(1, { fCnt: 7 }), up(2, { fCnt: 7 }), up(1, { fCnt: 7 })]);
  const loriot = { EUI: DEV_EUI, ts: Date.parse(at(30)), fcnt: 8, port: 1, data: DL_PM };
  for (const body of [{ cmd: 'gw', gws: [{ rssi: -63, snr: 10 }] }, { cmd: 'rx' }, { cmd: 'rx' }])
    await request(agent.deviceUrl)
      .post('/webhooks/loriot')
      .send({ ...loriot, ...body })
      .expect(204);
  await settled();
  expect(timesOf(ENTITY)).toHaveLength(2);
  expect(broker.appended).toEqual([]);
});

it('row 15: a FIWARE configuration loads unchanged, and what has no effect is listed', async () => {
  const group = {
    apikey: '4jggokgpepnvsb2uv4s40d59ov',
    resource: '/iot/json',
    entity_type: 'Room',
    cbroker: 'http://orion:1026',
    ngsiVersion: 'v2',
    explicitAttrs: true,
    entityNameExp: "'urn:ngsi-ld:Room:'+id",
    attributes: [{ object_id: 'l', name: 'level', type: 'Number', expression: 'l/100', skipValue: 0 }],
    static_attributes: [{ name: 'floor', type: 'Number', value: 3 }],
    lazy: [{ name: 'firmware', type: 'Text' }],
    commands: [{ name: 'on', type: 'command' }],
  };
  const { body } = await post('/iot/services', { services: [group] }).expect(201);
  const warnings = JSON.stringify(body.warnings);
  for (const name of ['cbroker', 'lazy']) expect(warnings).toContain(name);
  await request(agent.deviceUrl).post(`/iot/json?k=${group.apikey}&i=r1`).send({ l: 85.3, x: 1 }).expect(200);
  await settled();
  expect(broker.entity('urn:ngsi-ld:Room:r1')).toMatchObject({
    level: { value: 0.853 },
    floor: { value: 3 },
  });
  expect(broker.entity('urn:ngsi-ld:Room:r1')).not.toHaveProperty('x');
  const loaded = (await get('/iot/services').expect(200)).body.services[0];
  expect(loaded).toMatchObject(group);
});

it('row 20: joins, locations and logs of the network server are kept of the device', async () => {
  await register({ ...PM_04, static_attributes: [] });
  await chirpStack('join', { devAddr: '00189440' }, 1);
  await chirpStack('location', { location: { latitude: 50.99, longitude: 4.55, altitude: 9 } }, 2);
  await chirpStack('log', { level: 'ERROR', code: 'UPLINK_MIC', description: 'wrong MIC' }, 3);
  await eventually(() =>
    expect(broker.entity(DEVICE)).toMatchObject({
      dateLastJoin: { value: told(1) },
      deviceState: { value: 'ok' },
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [4.55, 50.99, 9] } },
    }),
  );
  const { log } = (await get('/iot/devices/pm-04/log').expect(200)).body;
  expect(log).toMatchObject([{ level: 'error', source: 'network-server' }]);
  expect(log[0].message).toContain('UPLINK_MIC');
});

it('row 22: of 1,000 rows 997 are created and 3 listed with the reason; again, none', async () => {
  const rows = Array.from({ length: 1000 }, (_, index) => {
    const bad = [9, 499, 999].indexOf(index);
    const devEui = bad === 0 ? '70B3D5' : `70B3D57BA${index.toString(16).padStart(7, '0')}`;
    return [
      devEui,
      bad === 1 ? 'decentlab/dl-xx' : 'decentlab/dl-pm',
      bad === 2 ? '95' : '50.99',
      '4.55',
    ].join();
  });
  const send = (query = ''): Promise<Response> =>
    request(agent.configUrl)
      .post(`/iot/import${query}`)
      .type('text/csv')
      .send(['devEUI,model,lat,lon', ...rows].join('\n'))
      .expect(200);
  const failed = [
    { row: 11, field: 'devEui' },
    { row: 501, field: 'model' },
    { row: 1001, field: 'lat' },
  ];
  expect((await send('?dryRun=true')).body).toMatchObject({ created: 997, failed: 3, dryRun: true });
  expect((await get('/iot/devices')).body.count).toBe(0);
  expect((await send()).body).toMatchObject({ created: 997, failed: 3, rows: failed });
  expect((await send()).body).toMatchObject({ created: 0, unchanged: 997, failed: 3, rows: failed });
  expect((await get('/iot/devices')).body.count).toBe(997);
});

it('row 23: an unknown DevEUI of a known profile waits for approval, and nothing is written until then', async () => {
  await up(1);
  await up(2);
  await settled();
  const { body } = await get('/iot/devices?state=pending').expect(200);
  expect(body).toMatchObject({ count: 1, devices: [{ devEui: DEV_EUI, model: 'decentlab/dl-pm' }] });
  expect(broker.upserts).toEqual([]);
  await post(`/iot/devices/${DEV_EUI}/approve`, { static_attributes: [location] }).expect(201);
  await eventually(() =>
    expect(timesOf(`urn:ngsi-ld:AirQualityObserved:${DEV_EUI}`)).toEqual([told(1), told(2)]),
  );
});

it('row 27: metrics tell of model, network server, tenant and of what could not be decoded', async () => {
  await register(PM_04);
  await up(1);
  await up(2, { bytes: '00' });
  await settled();
  const metrics = await agent.pipeline.metrics.text();
  for (const line of [
    'uplinks_total{server="chirpstack",result="sent"} 1',
    'uplinks_total{server="chirpstack",result="undecodable"} 1',
    'model_uplinks_total{model="decentlab/dl-pm",result="undecodable"} 1',
    'tenant_uplinks_total{tenant="",result="sent"} 1',
  ])
    expect(metrics).toContain(`carillon_agent_${line}`);
  await get('/health/live').expect(200);
  await get('/health/ready').expect(200);
  await request(agent.configUrl).put('/admin/log?level=FATAL').expect(200);
  expect((await get('/admin/log').expect(200)).body).toMatchObject({ level: 'FATAL' });
});

it('row 29: after a mapping is put right, a day is replayed with the original times while live uplinks come', async () => {
  const wrong = { name: 'temperature', type: 'Number', expression: 'temperature*10' };
  const { model: _, ...plain } = PM_04;
  const group = { apikey: 'k', entity_type: 'Room', attributes: [wrong] };
  await post('/iot/groups', { groups: [group] }).expect(201);
  await register({ ...plain, entity_type: 'Room', static_attributes: [], apikey: 'k' });
  for (const second of [1, 2, 3]) await up(second, { object: { temperature: 20 + second } } as object);
  await settled();
  await request(agent.configUrl)
    .put('/iot/groups?apikey=k')
    .send({ attributes: [{ name: 'temperature', type: 'Number' }] })
    .expect(204);
  await settled();
  const wrongOnes = broker.upserts.length;
  await post('/iot/devices/pm-04/replay', { from: at(-43_200), to: at(43_199) }).expect(202);
  await up(4, { object: { temperature: 24 } } as object);
  await eventually(async () => {
    const { replays } = (await get('/iot/replays').expect(200)).body;
    expect(replays).toMatchObject([{ state: 'done', uplinks: 3, uplinksLeft: 0 }]);
  });
  await settled();
  expect(broker.entity('urn:ngsi-ld:Room:pm-04')).toMatchObject({
    temperature: { value: 24, observedAt: told(4) },
  });
  const corrected = [
    ...broker.upserts.slice(wrongOnes).map(({ temperature }) => temperature),
    ...broker.appended.map(({ fragment }) => (fragment['temperature'] as object[])[0]),
  ] as { readonly observedAt: string; readonly value: number }[];
  expect(new Map(corrected.map(({ observedAt, value }) => [observedAt, value]))).toEqual(
    new Map([1, 2, 3, 4].map((second) => [told(second), 20 + second])),
  );
});
