import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { type SpawnedProgram, spawnProgram } from '../support/spawn-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type FakeBroker, fakeBroker } from './fake-broker.ts';
import { thingsStackUplink } from './uplink-messages.ts';

const folder = tempFolder();
const devEui = '70B3D57BA0000123';
let broker: FakeBroker;
let program: SpawnedProgram;
let api: string;
let webhook: string;

beforeEach(async () => {
  broker = await fakeBroker();
  const [port, devices, mqtt] = await freePorts(3);
  api = `http://127.0.0.1:${port}`;
  webhook = `http://127.0.0.1:${devices}/webhooks/things-stack`;
  const env = {
    AGENT_PORT: String(port),
    AGENT_DEVICE_PORT: String(devices),
    MQTT_PORT: String(mqtt),
    AGENT_STORE_URL: `sqlite:${join(folder, 'agent.db')}`,
    BROKER_URL: broker.url,
  };
  program = spawnProgram('dist/iot-agent/main.js', { env });
  await program.ready(`${api}/health/ready`);
});
afterEach(async () => {
  await program.kill();
  await broker.close();
});

async function send(url: string, method: string, body: string, type = 'application/json'): Promise<number> {
  return (await fetch(url, { method, headers: { 'content-type': type }, body })).status;
}

function uplink(fCnt: number): Promise<number> {
  const at = new Date(Date.UTC(2026, 10, 25, 12, fCnt)).toISOString();
  return send(webhook, 'POST', JSON.stringify(thingsStackUplink({ devEui, fCnt, at })));
}

describe('the built agent', () => {
  it('decodes by an uploaded codec, and goes on when one has to be stopped', async () => {
    const put = (script: string) => send(`${api}/iot/codecs/acme`, 'PUT', script, 'text/javascript');
    expect(await put('function decodeUplink({ bytes }) { return { data: { first: bytes[0] } }; }')).toBe(201);
    const device = { device_id: 'd1', devEui, codec: 'acme', entity_type: 'Room' };
    expect(await send(`${api}/iot/devices`, 'POST', JSON.stringify({ devices: [device] }))).toBe(201);
    await uplink(1);
    await eventually(() => expect(broker.upserts[0]).toMatchObject({ type: 'Room', first: { value: 2 } }));

    const native =
      'const h = "ab".repeat(2e6), n = "b".repeat(999) + "d"; for (let k = 0; k < 500; k++) h.indexOf(n);';
    expect(await put(`function decodeUplink() { ${native} }`)).toBe(204);
    await uplink(2);
    await eventually(async () => {
      const problems = (await (await fetch(`${api}/iot/problems`)).json()) as { readonly count: number };
      expect(problems.count).toBe(1);
    });
    expect(await put('function Decoder(bytes) { return { length: bytes.length }; }')).toBe(204);
    await uplink(3);
    await eventually(() => expect(broker.upserts.filter((one) => 'length' in one)).toHaveLength(2));
  });
});
