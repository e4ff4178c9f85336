import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { type BuiltAgent, type BuiltProgram, startAgent, startBroker } from '../../support/built-programs.ts';
import { eventually } from '../../support/eventually.ts';
import { freePorts } from '../../support/free-port.ts';
import { killSpawned } from '../../support/spawn-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
const lamp = 'urn:ngsi-ld:Lamp:l1';
const applicationId = '17c8f2a4-0000-4000-8000-000000000001';
const devEui = '0102030405060708';
const root = `application/${applicationId}/device/${devEui}`;

interface DownlinkMessage {
  readonly id: string;
  readonly data: string;
  readonly fPort: number;
  readonly confirmed: boolean;
}

/** ChirpStack, as far as its MQTT integration shows. */
interface ChirpStack {
  readonly client: MqttClient;
  readonly downlinks: DownlinkMessage[];
  tell(event: string, message: object): Promise<void>;
}

let home: string;
let broker: BuiltProgram;
let agent: BuiltAgent;
const clients: MqttClient[] = [];
const closing: (() => void)[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(folder, 'city-'));
  broker = await startBroker(home);
  agent = await startAgent(home, broker.origin);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await killSpawned();
  for (const close of closing.splice(0)) close();
});

async function send(method: string, url: string, body?: unknown, headers = {}): Promise<Response> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function chirpstack(url: string): Promise<ChirpStack> {
  const client = await connectAsync(url, { reconnectPeriod: 0 });
  clients.push(client);
  const downlinks: DownlinkMessage[] = [];
  client.on('message', (_topic, payload) => {
    downlinks.push(JSON.parse(payload.toString()) as DownlinkMessage);
  });
  await client.subscribeAsync(`${root}/command/down`, { qos: 1 });
  const tell = async (event: string, message: object): Promise<void> => {
    const about = { deviceInfo: { applicationId, devEui }, time: new Date().toISOString() };
    const body = JSON.stringify({ ...about, ...message });
    await client.publishAsync(`${root}/event/${event}`, body, { qos: 1 });
  };
  return { client, downlinks, tell };
}

/** An MQTT broker of its own process, and the downlinks that are published there. */
async function mqttBroker(port: number): Promise<DownlinkMessage[]> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle).listen(port, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    aedes.close();
    server.close();
  });
  const published: DownlinkMessage[] = [];
  aedes.on('publish', ({ topic, payload }) => {
    if (topic === `${root}/command/down`) published.push(JSON.parse(payload.toString()) as DownlinkMessage);
  });
  return published;
}

const lampDevice = {
  device_id: 'l1',
  devEui,
  entity_type: 'Lamp',
  commands: [
    {
      name: 'on',
      expression: 'on ? "0301" : "0300"',
      payloadType: 'binaryfromhex',
      fPort: 2,
      confirmed: true,
    },
    { name: 'dim', payloadType: 'binaryfromhex', fPort: 3, ttl: 2 },
  ],
};

/** Registers the lamp, has it heard, and waits until the broker tells of its commands. */
async function lampInService(server: ChirpStack): Promise<void> {
  await send('POST', `${agent.origin}/iot/devices`, { devices: [lampDevice] });
  await server.tell('up', { fCnt: 1, fPort: 1, data: 'AQ==', object: { power: 12 } });
  await eventually(async () => {
    await send('GET', `${broker.origin}/ngsi-ld/v1/entities/${lamp}`);
    const found = await send('GET', `${broker.origin}/ngsi-ld/v1/subscriptions`);
    expect(await found.json()).toMatchObject([{ watchedAttributes: ['dim', 'on'] }]);
  });
}

async function patch(attributes: object): Promise<void> {
  await send('POST', `${broker.origin}/ngsi-ld/v1/entities/${lamp}/attrs`, attributes);
}

async function status(name: string): Promise<unknown> {
  const answer = await send('GET', `${broker.origin}/ngsi-ld/v1/entities/${lamp}`);
  return ((await answer.json()) as Record<string, unknown>)[name];
}

const property = (value: unknown) => ({ type: 'Property', value });

describe('commands, end to end', () => {
  it('a lamp is switched on by ChirpStack, and its Entity tells how far that has come', async () => {
    const server = await chirpstack(agent.mqttUrl);
    await lampInService(server);
    await patch({ on: property(true) });
    const { id } = await eventually(() => {
      const [downlink] = server.downlinks;
      expect(downlink).toMatchObject({ fPort: 2, confirmed: true, data: 'AwE=' });
      return downlink as DownlinkMessage;
    });
    await eventually(async () =>
      expect(await status('onStatus')).toMatchObject({ value: 'QUEUED', commandId: property(id) }),
    );
    await server.tell('txack', { queueItemId: id });
    await eventually(async () => expect(await status('onStatus')).toMatchObject({ value: 'SENT' }));
    await server.tell('ack', { queueItemId: id, acknowledged: true });
    await eventually(async () => {
      expect(await status('onStatus')).toMatchObject({ value: 'OK' });
      expect(await status('on_status')).toMatchObject({ value: 'OK' });
      expect(await status('on_info')).toMatchObject({ value: 'OK' });
    });
    await patch({ on: property(false) });
    const second = await eventually(() => {
      expect(server.downlinks).toHaveLength(2);
      return server.downlinks[1] as DownlinkMessage;
    });
    expect(second.data).toBe('AwA=');
    // A false is left out: not acknowledged.
    await server.tell('ack', { queueItemId: second.id });
    await eventually(async () =>
      expect(await status('onStatus')).toMatchObject({
        value: 'ERROR',
        info: property('the device did not acknowledge it'),
      }),
    );
    const listed = await send('GET', `${agent.origin}/iot/devices/l1/commands`);
    expect(await listed.json()).toMatchObject({
      count: 2,
      commands: [
        { id: second.id, name: 'on', value: false, state: 'ERROR' },
        { id, name: 'on', value: true, state: 'OK' },
      ],
    });
  });

  it("in a tenant a plain device gets them by MQTT, and the agent's own writing is no command", async () => {
    const tenant = { 'NGSILD-Tenant': 'harbour' };
    const group = { apikey: 'k1', resource: '/iot/json', entity_type: 'Pump', commands: [{ name: 'start' }] };
    await send('POST', `${agent.origin}/iot/groups`, { groups: [group] }, tenant);
    const client = await connectAsync(agent.mqttUrl, { reconnectPeriod: 0 });
    clients.push(client);
    const got: string[] = [];
    client.on('message', (topic, payload) => got.push(`${topic} ${payload.toString()}`));
    await client.subscribeAsync('/k1/p1/cmd', { qos: 1 });
    await client.publishAsync('/json/k1/p1/attrs', '{"level":3}', { qos: 1 });
    const entities = `${broker.origin}/ngsi-ld/v1/entities`;
    const pump = async () => {
      const answer = await send('GET', `${entities}/urn:ngsi-ld:Pump:p1`, undefined, tenant);
      return (await answer.json()) as Record<string, unknown>;
    };
    await eventually(async () => {
      await pump();
      const found = await send('GET', `${broker.origin}/ngsi-ld/v1/subscriptions`, undefined, tenant);
      expect(await found.json()).toHaveLength(1);
    });
    const start = { start: property({ minutes: 5 }) };
    await send('POST', `${entities}/urn:ngsi-ld:Pump:p1/attrs`, start, tenant);
    await eventually(async () => expect((await pump())['startStatus']).toMatchObject({ value: 'SENT' }));
    await client.publishAsync('/json/k1/p1/attrs', '{"level":4}', { qos: 1 });
    await eventually(async () => expect(await pump()).toMatchObject({ level: { value: 4 } }));
    expect(got).toEqual(['/k1/p1/cmd {"start":{"minutes":5}}']);
  });

  it('a command that was accepted when the agent is killed is sent by the next one, under one id', async () => {
    const [mqttPort = 0] = await freePorts(1);
    await agent.stop();
    // Nobody to publish to: an MQTT broker elsewhere that is away.
    const away = { MQTT_URL: `mqtt://127.0.0.1:${mqttPort}` };
    agent = await startAgent(home, broker.origin, { env: away });
    await send('POST', `${agent.origin}/iot/devices`, { devices: [lampDevice] });
    const about = { deviceInfo: { applicationId, devEui }, time: new Date().toISOString() };
    const uplink = { ...about, fCnt: 1, fPort: 1, data: 'AQ==', object: { power: 12 } };
    await send('POST', `${agent.deviceOrigin}/webhooks/chirpstack?event=up`, uplink);
    await eventually(async () => {
      const found = await send('GET', `${broker.origin}/ngsi-ld/v1/subscriptions`);
      expect(await found.json()).toHaveLength(1);
      await send('GET', `${broker.origin}/ngsi-ld/v1/entities/${lamp}`);
    });
    await patch({ on: property(true) });
    await eventually(async () => expect(await status('onStatus')).toMatchObject({ value: 'PENDING' }));
    const kept = (await status('onStatus')) as { readonly commandId: { readonly value: string } };
    await agent.kill();
    const published = await mqttBroker(mqttPort);
    agent = await startAgent(home, broker.origin, { env: away });
    await eventually(async () => expect(await status('onStatus')).toMatchObject({ value: 'QUEUED' }));
    await patch({ on: property(false) });
    await eventually(() => expect(published.map(({ data }) => data)).toContain('AwA='));
    const ids = new Set(published.filter(({ data }) => data === 'AwE=').map(({ id }) => id));
    expect([...ids]).toEqual([kept.commandId.value]);
    const listed = await send('GET', `${agent.origin}/iot/commands?device=l1`);
    expect(await listed.json()).toMatchObject({ count: 2 });
  });
});
