import { afterEach, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { agentSettings } from '../../../iot-agent/config.ts';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { answerErrors } from '../../../iot-agent/http/answer-errors.ts';
import { syncRoutes } from '../../../iot-agent/http/sync-routes.ts';
import { openStores } from '../../../iot-agent/open-stores.ts';
import type { ConnectionType } from '../../../iot-agent/registry/connection.ts';
import type { ProvisioningRule } from '../../../iot-agent/registry/provisioning-rule.ts';
import type { Registry } from '../../../iot-agent/registry/registry.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { readSettings } from '../../../runtime/config.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { closedConnections } from '../http/closed-connections.ts';
import { fakeNetworkServer, KEY } from './fake-network-server.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Sync {
  readonly app: Express;
  readonly registry: Registry;
  /** Posts the order; the body is what is answered. */
  run(query?: object, body?: object): Promise<{ status: number; body: Record<string, unknown> }>;
  rule(rule: ProvisioningRule): Promise<void>;
}

async function syncOf(type: ConnectionType, api: { url: string; key: string } | undefined): Promise<Sync> {
  const clock = systemClock();
  const env = { AGENT_STORE_URL: 'sqlite::memory:', BROKER_URL: 'http://127.0.0.1:9' };
  const stores = await openStores(readSettings(agentSettings, env), clock);
  ends.push(() => stores.close());
  const { registry } = stores;
  await registry.addConnection({
    tenant: '',
    settings: { name: 'lns', type, enabled: true, ...(api && { api }) },
  });
  const connections = { ...closedConnections(registry), apiOf: () => api };
  const app = express();
  app.use(express.json());
  const parts = {
    registry,
    clock,
    connections,
    catalogue: await loadCatalogue(),
    changed: () => {},
    pendingLimit: 1000,
  };
  app.use(syncRoutes(parts), answerErrors(createLogger({ name: 'test', level: 'silent' })));
  return {
    ...{ app, registry },
    run: async (query = {}, body = {}) => {
      const answer = await request(app).post('/iot/connections/lns/sync').query(query).send(body);
      return { status: answer.status, body: answer.body };
    },
    rule: (rule) => registry.addProvisioningRule({ tenant: '', servicePath: '/', rule }),
  };
}

const devEuiOf = (number: number): string => `70b3d57ba${String(number).padStart(7, '0')}`;

const chirpstackDevice = (number: number, more: object = {}) => ({
  devEui: devEuiOf(number),
  name: `pm-${number}`,
  deviceProfileName: 'Decentlab DL-PM',
  ...more,
});
const thingsStackDevice = (number: number, more: object = {}) => ({
  ids: {
    device_id: `pm-${number}`,
    dev_eui: devEuiOf(number).toUpperCase(),
    application_ids: { application_id: 'air' },
  },
  version_ids: { brand_id: 'decentlab', model_id: 'dl-pm' },
  locations: { user: { latitude: 50.99, longitude: 4.55, source: 'SOURCE_REGISTRY' } },
  ...more,
});

async function chirpstack(devices: Record<string, object[]>) {
  const lns = await fakeNetworkServer('chirpstack');
  ends.push(() => lns.close());
  Object.assign(lns.devices, devices);
  return { lns, sync: await syncOf('chirpstack', { url: lns.url, key: KEY }) };
}

const auto: ProvisioningRule = {
  ...{ name: 'air', match: { profile: '*DL-PM*', connection: 'lns' }, model: 'decentlab/dl-pm' },
  ...{ policy: 'auto', naming: 'urn:ngsi-ld:{type}:{deviceId}' },
};

describe('row 25: sync with ChirpStack', () => {
  it('registers what a rule names, page by page of every application, and changes nothing when it is repeated', async () => {
    const tags = { latitude: '50.99', longitude: '4.55' };
    const { lns, sync } = await chirpstack({
      a: Array.from({ length: 7 }, (_, number) => chirpstackDevice(number, { tags })),
      b: [chirpstackDevice(90), { devEui: devEuiOf(91), name: 'odd', deviceProfileName: 'home-made' }],
    });
    await sync.rule(auto);
    const first = await sync.run();
    expect(first).toMatchObject({
      status: 200,
      body: { created: 8, pending: 0, unchanged: 0, failed: 1, gone: [], dryRun: false },
    });
    expect(first.body['rows']).toEqual([
      {
        row: 9,
        devEui: devEuiOf(91).toUpperCase(),
        name: 'odd',
        reason: expect.stringContaining('make a provisioning rule'),
      },
    ]);
    expect(lns.asked).toContain('/api/devices?limit=100&offset=3&applicationId=a');
    const record = await sync.registry.deviceByDevEui(devEuiOf(6).toUpperCase());
    expect(record?.settings).toMatchObject({
      ...{ model: 'decentlab/dl-pm', entity_name: 'urn:ngsi-ld:AirQualityObserved:pm-6', connection: 'lns' },
      static_attributes: [{ name: 'location', value: { coordinates: [4.55, 50.99] } }],
    });
    expect((await sync.run()).body).toMatchObject({ created: 0, unchanged: 8, failed: 1 });
  });

  it('lets devices wait for approval, with their place, where no rule lets them in', async () => {
    const { sync } = await chirpstack({ a: [chirpstackDevice(1, { tags: { lat: '50', lon: '4' } })] });
    expect((await sync.run({ dryRun: 'true' })).body).toMatchObject({ pending: 1, dryRun: true });
    const page = { limit: 9, offset: 0 };
    expect((await sync.registry.pendingDevices('', 'pending', page)).count).toBe(0);
    expect((await sync.run()).body).toMatchObject({ created: 0, pending: 1 });
    const { records } = await sync.registry.pendingDevices('', 'pending', page);
    expect(records[0]?.settings).toMatchObject({
      ...{ model: 'decentlab/dl-pm', connection: 'lns' },
      static_attributes: [{ value: { coordinates: [4, 50] } }],
    });
    expect((await sync.run()).body).toMatchObject({ created: 0, pending: 1 });
  });

  it('lists what is gone, and deletes nothing', async () => {
    const { lns, sync } = await chirpstack({ a: [chirpstackDevice(1), chirpstackDevice(2)] });
    await sync.rule(auto);
    await sync.run();
    lns.devices['a'] = [chirpstackDevice(2)];
    const gone = [{ device_id: devEuiOf(1), devEui: devEuiOf(1).toUpperCase() }];
    expect((await sync.run()).body).toMatchObject({ unchanged: 1, gone });
    expect((await sync.run({}, { applications: ['b'] })).body).toMatchObject({ unchanged: 0, gone: [] });
    expect((await sync.registry.devices('', { limit: 9, offset: 0 })).count).toBe(2);
  });

  it('registers nothing in a dry run', async () => {
    const { sync } = await chirpstack({ a: [chirpstackDevice(1)] });
    await sync.rule(auto);
    expect((await sync.run({ dryRun: 'true' })).body).toMatchObject({ created: 1, dryRun: true });
    expect((await sync.registry.devices('', { limit: 9, offset: 0 })).count).toBe(0);
  });

  it('asks for the tenant that is named', async () => {
    const { lns, sync } = await chirpstack({ a: [] });
    await sync.run({}, { tenantId: '52f14cd4' });
    expect(lns.asked[0]).toBe('/api/applications?limit=100&offset=0&tenantId=52f14cd4');
  });
});

describe('row 25: sync with The Things Stack', () => {
  it('registers devices by brand and model, with the place that somebody has set', async () => {
    const lns = await fakeNetworkServer('things-stack');
    ends.push(() => lns.close());
    lns.devices['air'] = [0, 1, 2, 3].map((number) => thingsStackDevice(number));
    lns.devices['other'] = [
      thingsStackDevice(8, { version_ids: undefined, attributes: { model: 'decentlab/dl-mbx' } }),
    ];
    const sync = await syncOf('things-stack', { url: lns.url, key: KEY });
    await sync.rule({ name: 'all', match: { server: 'things-stack' }, policy: 'auto' });
    expect((await sync.run()).body).toMatchObject({ created: 5, failed: 0 });
    expect(lns.asked).toContain(
      '/api/v3/applications/air/devices?field_mask=name,attributes,version_ids,locations&limit=1000&page=2',
    );
    const records = await sync.registry.devicesById('', [devEuiOf(3), devEuiOf(8)]);
    expect(records.map(({ settings }) => settings)).toMatchObject([
      { model: 'decentlab/dl-pm', static_attributes: [{ value: { coordinates: [4.55, 50.99] } }] },
      { model: 'decentlab/dl-mbx' },
    ]);
  });
});

describe('a network server that cannot be listed', () => {
  it.each([
    [401, /refuses the key \(401\): give api.key of the connection the right/],
    [403, /refuses the key \(403\)/],
    [404, /answers 404.*correct api.url/],
    [500, /answers 500.*Try it again later/],
  ])('is named with the remedy: %i', async (status, message) => {
    const { lns, sync } = await chirpstack({ a: [chirpstackDevice(1)] });
    lns.odd = () => ({ status });
    const { status: answered, body } = await sync.run();
    expect(answered).toBe(424);
    expect(body).toMatchObject({ name: 'NETWORK_SERVER_REFUSES', message: expect.stringMatching(message) });
    expect(JSON.stringify(body)).not.toContain(KEY);
  });

  it('is waited for when it is asked too often, but not for ever', async () => {
    const { lns, sync } = await chirpstack({ a: [chirpstackDevice(1)] });
    let refusals = 2;
    const busy = { status: 429, headers: { 'retry-after': '0' } };
    lns.odd = () => (refusals-- > 0 ? busy : undefined);
    expect((await sync.run()).body).toMatchObject({ pending: 1 });
    lns.odd = () => busy;
    expect((await sync.run()).body).toMatchObject({
      message: expect.stringContaining('asked too often (429)'),
    });
  });

  it('is not followed into pages without end, or answers that are no JSON', async () => {
    const { lns, sync } = await chirpstack({ a: [1, 2, 3, 4].map((number) => chirpstackDevice(number)) });
    lns.isEndless = true;
    expect((await sync.run()).body).toMatchObject({
      message: expect.stringContaining('pages of the list repeat'),
    });
    lns.odd = () => ({ status: 200, body: '<html>' });
    expect((await sync.run()).body).toMatchObject({ message: expect.stringContaining('no JSON') });
  });

  it('is refused for types that list nothing, and without an HTTP interface', async () => {
    const loriot = await syncOf('loriot', { url: 'http://127.0.0.1:1', key: KEY });
    expect(await loriot.run()).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('type loriot') },
    });
    const bare = await syncOf('chirpstack', undefined);
    expect(await bare.run()).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('must have api') },
    });
    const away = await syncOf('chirpstack', { url: 'http://127.0.0.1:1', key: KEY });
    expect(await away.run()).toMatchObject({
      status: 424,
      body: { message: expect.stringContaining('cannot be reached') },
    });
    await request(away.app).post('/iot/connections/none/sync').expect(404);
  });
});
