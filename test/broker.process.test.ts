import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { brokerVariables, startBroker } from './support/built-programs.ts';
import { freePort, takenPort } from './support/free-port.ts';
import { createEntity, subscribe } from './support/ngsi-ld-client.ts';
import { killSpawned, STOP_LIMIT, spawnProgram } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const main = resolve('dist/broker/main.js');
const root = tempFolder();
const newFolder = (): string => mkdtempSync(join(root, 'data-'));

afterEach(killSpawned);

describe('the broker as a process', () => {
  it('stops on SIGTERM in under five seconds, with deliveries under way, and gives its data back whole', async () => {
    const folder = newFolder();
    const silent = await takenPort();
    const broker = await startBroker(folder);
    await subscribe(broker.origin, { type: 'Killed' }, `http://127.0.0.1:${silent.port}/never-answers`);
    expect(await createEntity(broker.origin, 1)).toBe(201);

    const asked = performance.now();
    expect(await broker.stop('SIGTERM')).toBe(0);
    expect(performance.now() - asked).toBeLessThan(STOP_LIMIT);

    const again = await startBroker(folder);
    const answer = await fetch(`${again.origin}/ngsi-ld/v1/entities/urn:ngsi-ld:Killed:1`);
    expect(answer.status).toBe(200);
    await again.stop();
    silent.release();
  });

  it('refuses to start on a data folder that another one uses, and names it', async () => {
    const folder = newFolder();
    const first = await startBroker(folder);
    const second = spawnProgram(main, { env: brokerVariables(folder, await freePort()), cwd: folder });
    expect(await second.ended).toBe(1);
    expect(second.logs()).toContain(folder);
    expect(second.logs()).toContain(`process ${first.pid}`);
    expect(await createEntity(first.origin, 1)).toBe(201);
    await first.stop();
  });

  it('names the variable when its port is taken', async () => {
    const taken = await takenPort();
    const folder = newFolder();
    const program = spawnProgram(main, { env: brokerVariables(folder, taken.port), cwd: folder });
    expect(await program.ended).toBe(1);
    expect(program.logs()).toContain('BROKER_PORT');
    taken.release();
  });

  it('refuses to serve other machines without any protection', async () => {
    const folder = newFolder();
    const env = { ...brokerVariables(folder, await freePort()), HOST: '0.0.0.0' };
    const program = spawnProgram(main, { env, cwd: folder });
    expect(await program.ended).toBe(1);
    expect(program.logs()).toContain('API_KEYS');
  });

  it("refuses more than one worker on SQLite, and a store that is the agent's too", async () => {
    const folder = newFolder();
    const variables = brokerVariables(folder, await freePort());
    const workers = spawnProgram(main, { env: { ...variables, BROKER_WORKERS: '2' }, cwd: folder });
    const equal = { ...variables, AGENT_STORE_URL: variables['STORE_URL'] ?? '' };
    const sameStore = spawnProgram(main, { env: equal, cwd: folder });
    expect([await workers.ended, await sameStore.ended]).not.toContain(0);
    expect(workers.logs()).toContain('BROKER_WORKERS');
    expect(sameStore.logs()).toContain('AGENT_STORE_URL');
  });

  it('names every wrong variable and prints them all on --help', async () => {
    const wrong = spawnProgram(main, { env: { BROKER_PORT: 'many', LOG_LEVEL: 'loud' } });
    expect(await wrong.ended).toBe(2);
    expect(wrong.logs()).toContain('BROKER_PORT');
    expect(wrong.logs()).toContain('LOG_LEVEL');

    const help = spawnProgram(main, { args: ['--help'] });
    expect(await help.ended).toBe(0);
    expect(help.logs()).toContain('STORE_URL');
  });
});
