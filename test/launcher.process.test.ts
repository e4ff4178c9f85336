import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePorts, takenPort } from './support/free-port.ts';
import { killSpawned, type SpawnedProgram, STOP_LIMIT, spawnProgram } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';

const root = tempFolder();
const variables = ['BROKER_PORT', 'AGENT_PORT', 'AGENT_DEVICE_PORT', 'MQTT_PORT'] as const;

afterEach(killSpawned);

async function freeVariables(): Promise<Record<string, string>> {
  const ports = await freePorts(variables.length);
  return Object.fromEntries(variables.map((variable, index) => [variable, String(ports[index])]));
}

function launch(env: Record<string, string>): SpawnedProgram {
  return spawnProgram(resolve('dist/runtime/launch.js'), { env, cwd: mkdtempSync(join(root, 'data-')) });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The processes of the two programs, the broker's first. */
function programPids({ pid }: SpawnedProgram): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  const children = rows.filter(([, parent]) => Number(parent) === pid);
  const of = (program: string): number => Number(children.find((row) => row.join().includes(program))?.[0]);
  return [of('broker/main.js'), of('iot-agent/main.js')];
}

describe('npm start', () => {
  it('says what to do next when both programs are ready, and stops both on SIGTERM in under five seconds', async () => {
    const programs = launch(await freeVariables());
    await programs.says('Carillon is ready.');
    const pids = programPids(programs);
    expect(pids.filter(isAlive)).toHaveLength(2);
    const asked = performance.now();
    expect(await programs.stop('SIGTERM')).toBe(0);
    expect(performance.now() - asked).toBeLessThan(STOP_LIMIT);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('stops everything when one of the programs dies', async () => {
    const programs = launch(await freeVariables());
    await programs.says('Carillon is ready.');
    const [broker = 0, agent = 0] = programPids(programs);
    process.kill(broker, 'SIGKILL');
    expect(await programs.ended).toBe(1);
    expect(programs.logs()).toContain('The broker ended by itself');
    expect(isAlive(agent)).toBe(false);
  });

  it.each(variables)('ends with the name of the variable when the port of %s is taken', async (variable) => {
    const taken = await takenPort();
    const programs = launch({ ...(await freeVariables()), [variable]: String(taken.port) });
    expect(await programs.ended).not.toBe(0);
    expect(programs.logs()).toContain(variable);
    taken.release();
  });
});
