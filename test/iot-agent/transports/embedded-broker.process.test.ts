import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { openDatabase } from '../../../runtime/sqlite/open.ts';
import { freePorts } from '../../support/free-port.ts';
import { spawnProgram } from '../../support/spawn-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();

/** The numbers that measures in the agent's file carry, whether they are on their way or put aside. */
function numbersIn(url: string): ReadonlySet<number> {
  const database = openDatabase(url);
  const rows = database.prepare<[string]>('SELECT body FROM spool UNION ALL SELECT body FROM aside').all();
  database.close();
  return new Set(rows.map(([body]) => (JSON.parse(body) as { values: { n: number } }).values.n));
}

describe('the MQTT broker of the agent', () => {
  it('has on disk what it acknowledged when it is killed', async () => {
    const [api = 0, devices = 0, mqtt = 0] = await freePorts(3);
    const url = `sqlite:${join(folder, 'agent.db')}`;
    const agent = spawnProgram('dist/iot-agent/main.js', {
      env: {
        ...{ AGENT_PORT: String(api), AGENT_DEVICE_PORT: String(devices), MQTT_PORT: String(mqtt) },
        ...{ AGENT_STORE_URL: url, BROKER_URL: 'http://127.0.0.1:9' },
      },
    });
    await agent.ready(`http://127.0.0.1:${api}/health/ready`);
    const client = await connectAsync(`mqtt://127.0.0.1:${mqtt}`, { reconnectPeriod: 0 });
    client.on('error', () => {});
    const acknowledged: number[] = [];
    const hundreds = new Promise<void>((resolve) => {
      for (let n = 0; n < 5000; n++)
        client.publish(`/json/k1/d${n}/attrs`, `{"n":${n}}`, { qos: 1 }, (error) => {
          if (error) return;
          if (acknowledged.push(n) === 500) resolve();
        });
    });
    await hundreds;
    await agent.kill();
    await client.endAsync(true);
    const kept = numbersIn(url);
    expect(acknowledged.length).toBeGreaterThanOrEqual(500);
    expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);
  });
});
