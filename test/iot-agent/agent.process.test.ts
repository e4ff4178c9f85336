import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { type SpawnedProgram, STOP_LIMIT, spawnProgram } from '../support/spawn-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';
import { thingsStackUplink } from './uplink-messages.ts';

const main = 'dist/iot-agent/main.js';
const location = { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates: [4.55, 50.99] } };
const device = { device_id: 'pm-04', devEui: '70b3d57b-a0000123', model: 'decentlab/dl-pm' };
const devEui = '70B3D57BA0000123';
const entityId = 'urn:ngsi-ld:AirQualityObserved:pm-04';

interface Agent {
  readonly program: SpawnedProgram;
  readonly api: string;
  readonly webhook: string;
}

const folder = tempFolder();
const programs: SpawnedProgram[] = [];
let broker: FakeBroker | undefined;

afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill();
  await broker?.close();
  broker = undefined;
});

async function start(env: Readonly<Record<string, string>>): Promise<Agent> {
  const [api = 0, devices = 0] = [Number(env['AGENT_PORT']), Number(env['AGENT_DEVICE_PORT'])];
  const program = spawnProgram(main, { env });
  programs.push(program);
  await program.ready(`http://127.0.0.1:${api}/health/ready`);
  return {
    program,
    api: `http://127.0.0.1:${api}`,
    webhook: `http://127.0.0.1:${devices}/webhooks/things-stack`,
  };
}

/** Settings of an agent with a data folder of its own. */
async function environment(brokerUrl: string): Promise<Record<string, string>> {
  const [api, devices, mqtt] = await freePorts(3);
  return {
    AGENT_PORT: String(api),
    AGENT_DEVICE_PORT: String(devices),
    MQTT_PORT: String(mqtt),
    AGENT_STORE_URL: `sqlite:${mkdtempSync(join(folder, 'agent-'))}/agent.db`,
    BROKER_URL: brokerUrl,
    BROKER_TIMEOUT: '2s',
    DEVICE_INTERVAL: '0ms',
  };
}

async function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Minutes after noon, so that each uplink has a time of its own. */
const timeOf = (minute: number): string => new Date(Date.UTC(2026, 10, 25, 12, minute)).toISOString();

async function uplink(agent: Agent, minute: number): Promise<number> {
  const answer = await post(agent.webhook, thingsStackUplink({ devEui, fCnt: minute, at: timeOf(minute) }));
  return answer.status;
}

/** The times of the measures of the device's Entity, in the order in which the broker got them. */
function timesAt(to: FakeBroker): unknown[] {
  return to.upserts.filter(({ id }) => id === entityId).map((entity) => observedAt(entity['pm25']));
}

function observedAt(attribute: unknown): unknown {
  return (attribute as { readonly observedAt?: unknown }).observedAt;
}

describe('the IoT agent', () => {
  it('makes an Entity of a webhook uplink, and a Device entity, and stops in good order', async () => {
    broker = await fakeBroker();
    const agent = await start(await environment(broker.url));
    const registered = await post(`${agent.api}/iot/devices`, {
      devices: [{ ...device, static_attributes: [location] }],
    });
    expect([registered.status, await registered.json()]).toEqual([201, {}]);
    expect(await uplink(agent, 0)).toBe(204);
    const { entity } = broker;
    await eventually(() => {
      expect(entity(entityId)).toMatchObject({
        type: 'AirQualityObserved',
        pm25: { type: 'Property', value: 3.9, unitCode: 'GQ', observedAt: '2026-11-25T12:00:00Z' },
        location: { type: 'GeoProperty', value: location.value },
      });
      expect(entity('urn:ngsi-ld:Device:pm-04')).toMatchObject({
        serialNumber: { value: devEui },
        controlledAsset: { type: 'Relationship', object: [entityId] },
        rssi: { value: -71 },
        deviceState: { value: 'ok' },
      });
    });
    const metrics = await (await fetch(`${agent.api}/metrics`)).text();
    expect(metrics).toContain('carillon_agent_spool_items 0');
    expect(metrics).toContain('carillon_agent_transport_ready{transport="http"} 1');
    const asked = Date.now();
    expect(await agent.program.stop()).toBe(0);
    expect(Date.now() - asked).toBeLessThan(STOP_LIMIT);
  });

  it('loses nothing when it is killed between acknowledgement and delivery', async () => {
    const env = await environment('http://127.0.0.1:9');
    const first = await start(env);
    await post(`${first.api}/iot/devices`, { devices: [{ ...device, static_attributes: [location] }] });
    const minutes = Array.from({ length: 20 }, (_, minute) => minute);
    for (const minute of minutes) expect(await uplink(first, minute)).toBe(204);
    await first.program.kill();
    broker = await fakeBroker();
    await start({ ...env, BROKER_URL: broker.url });
    const healthy = broker;
    const expected = minutes.map((minute) => timeOf(minute).replace('.000Z', 'Z'));
    await eventually(() => expect(timesAt(healthy)).toEqual(expected));
  });

  it('stops in time although the broker hangs, and sends afterwards what it had in hand', async () => {
    broker = await fakeBroker();
    broker.behave(() => 'hang');
    const env = { ...(await environment(broker.url)), BROKER_TIMEOUT: '60s' };
    const first = await start(env);
    await post(`${first.api}/iot/devices`, { devices: [{ ...device, static_attributes: [location] }] });
    expect(await uplink(first, 1)).toBe(204);
    const { requests } = broker;
    await eventually(() => expect(requests.length).toBeGreaterThan(0));
    const asked = Date.now();
    expect(await first.program.stop()).toBe(0);
    expect(Date.now() - asked).toBeLessThan(STOP_LIMIT);
    broker.recover();
    await start(env);
    const healthy = broker;
    await eventually(() => expect(timesAt(healthy)).toEqual(['2026-11-25T12:01:00Z']));
  });

  it('prints its settings on --help', async () => {
    const program = spawnProgram(main, { args: ['--help'] });
    expect(await program.ended).toBe(0);
    expect(program.logs()).toContain('AGENT_DEVICE_PORT');
  });

  it('refuses wrong settings by name, all at once', async () => {
    const program = spawnProgram(main, {
      env: {
        AGENT_PORT: 'high',
        AGENT_STORE_URL: 'postgres://db',
        BROKER_URL: 'ftp://broker',
        AGENT_SPOOL_URL: 'mongodb://db/spool',
      },
    });
    expect(await program.ended).toBe(2);
    for (const variable of ['AGENT_PORT', 'AGENT_STORE_URL', 'BROKER_URL', 'AGENT_SPOOL_URL'])
      expect(program.logs()).toContain(`${variable} is `);
  });

  it.each([
    ['a store that the broker has', { STORE_URL: 'sqlite:data/agent.db' }, 'AGENT_STORE_URL and STORE_URL'],
    [
      'a spool that the broker has',
      {
        STORE_URL: 'sqlite:data/x.db',
        AGENT_SPOOL_URL: 'sqlite:data/x.db',
        AGENT_STORE_URL: 'sqlite::memory:',
      },
      'AGENT_SPOOL_URL and STORE_URL',
    ],
    ['to serve other machines without protection', { HOST: '0.0.0.0' }, 'API_KEYS'],
  ])('refuses %s', async (_name, env, told) => {
    const program = spawnProgram(main, { env });
    expect(await program.ended).toBe(1);
    expect(program.logs()).toContain(told);
  });

  it('names the variable of a port that is taken', async () => {
    broker = await fakeBroker();
    const env = await environment(broker.url);
    const program = spawnProgram(main, { env: { ...env, AGENT_PORT: new URL(broker.url).port } });
    expect(await program.ended).toBe(1);
    expect(program.logs()).toContain('set AGENT_PORT to a free port');
  });
});
