import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { killSpawned, type SpawnedProgram, spawnProgram } from '../support/spawn-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();
mkdirSync(join(folder, 'TP', 'NGSI-LD', 'a'), { recursive: true });

const temporary = join(folder, 'temporary');
mkdirSync(temporary);

/** The command with a suite of one folder, and a program in the place of Robot Framework. */
function conformance(port: number, robotScript: string): SpawnedProgram {
  const robot = join(folder, 'robot');
  writeFileSync(robot, `#!/usr/bin/env node\n${robotScript}`);
  chmodSync(robot, 0o755);
  const args = [folder, '--robot', robot, '--port', String(port)];
  return spawnProgram(resolve('dist/conformance/run.js'), { args, env: { TMPDIR: temporary } });
}

const written = (result: object): string =>
  `require('node:fs').writeSync(3, ${JSON.stringify(`${JSON.stringify(result)}\n`)});\n`;

describe('npm run conformance', () => {
  afterEach(killSpawned);

  it('reports each folder, and each failed test with its reason', async () => {
    const passed = { file: '/x/TP/NGSI-LD/a/b/1.robot', name: 'one', passed: true, message: '' };
    const failed = { ...passed, name: 'two', passed: false, message: '201 != 400' };
    const run = conformance(await freePort(), written(passed) + written(failed));
    expect(await run.ended).toBe(1);
    expect(run.logs()).toContain('| a/b | 1 | 1 |');
    expect(run.logs()).toContain('two\n    201 != 400');
  });

  it('ends what it started when it is ended, and leaves nothing', async () => {
    const port = await freePort();
    const seen = join(folder, 'pid');
    const run = conformance(
      port,
      `require('node:fs').writeFileSync(${JSON.stringify(seen)}, String(process.pid));
      setInterval(() => {}, 1000);`,
    );
    const pid = await eventually(() => {
      const text = readFileSync(seen, 'utf8');
      expect(text).not.toBe('');
      return Number(text);
    });
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);

    expect(await run.stop('SIGTERM')).toBe(2);
    expect(run.logs()).toContain('Ended by SIGTERM');
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    await expect(fetch(`http://127.0.0.1:${port}/health/ready`)).rejects.toThrow();
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('says how it is called when it is called otherwise', async () => {
    const run = spawnProgram(resolve('dist/conformance/run.js'), { args: ['--port', '0', folder] });
    expect(await run.ended).toBe(2);
    expect(run.logs()).toMatch(/--port is 0.*SUITE +checkout/s);
  });
});
