import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-port.ts';
import { type SpawnedProgram, spawnProgram } from '../support/spawn-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
const programs: SpawnedProgram[] = [];
afterEach(async () => {
  for (const program of programs.splice(0)) await program.kill();
});

const rows = 6000;
const file = [
  'devEui,model,lat,lon',
  ...Array.from(
    { length: rows },
    (_, index) => `70B3D57BA${String(index).padStart(7, '0')},decentlab/dl-pm,50.9,4.5`,
  ),
].join('\n');

interface Figures {
  readonly created: number;
  readonly unchanged: number;
  readonly failed: number;
}

it('an import that is killed in the middle leaves whole devices behind, and ends the same when it is repeated', async () => {
  const [api, devices, mqtt] = await freePorts(3);
  const env = {
    AGENT_PORT: String(api),
    AGENT_DEVICE_PORT: String(devices),
    MQTT_PORT: String(mqtt),
    AGENT_STORE_URL: `sqlite:${mkdtempSync(join(folder, 'agent-'))}/agent.db`,
    BROKER_URL: 'http://127.0.0.1:9',
  };
  const url = `http://127.0.0.1:${api}`;
  const start = async (): Promise<SpawnedProgram> => {
    const program = spawnProgram('dist/iot-agent/main.js', { env });
    programs.push(program);
    await program.ready(`${url}/health/ready`);
    return program;
  };
  const load = async (): Promise<Figures> => {
    const headers = { 'content-type': 'text/csv' };
    const answer = await fetch(`${url}/iot/import`, { method: 'POST', headers, body: file });
    return (await answer.json()) as Figures;
  };
  const registered = async (): Promise<number> => {
    const answer = await fetch(`${url}/iot/devices?limit=1`);
    return ((await answer.json()) as { readonly count: number }).count;
  };

  const first = await start();
  const broken = load().then(
    () => 'answered',
    () => 'broken off',
  );
  let seen = 0;
  await eventually(async () => {
    seen = await registered();
    expect(seen).toBeGreaterThan(500);
  });
  await first.kill();
  expect(await broken).toBe('broken off');

  const second = await start();
  const kept = await registered();
  expect(kept).toBeGreaterThanOrEqual(seen);
  expect(kept).toBeLessThan(rows);
  expect(await load()).toMatchObject({ created: rows - kept, unchanged: kept, failed: 0 });
  await second.kill();

  await start();
  expect(await registered()).toBe(rows);
  expect(await load()).toMatchObject({ created: 0, unchanged: rows, failed: 0 });
});
