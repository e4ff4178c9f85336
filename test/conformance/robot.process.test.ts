import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { TestResult } from '../../conformance/report.ts';
import { type RobotRun, runRobot } from '../../conformance/robot.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

/** A program in the place of Robot Framework. */
function robotThat(script: string, signal = new AbortController().signal): RobotRun {
  const robot = join(folder, 'robot');
  writeFileSync(robot, `#!/usr/bin/env node\n${script}`);
  chmodSync(robot, 0o755);
  const variables = ['url:http://a/'];
  return { robot, suite: folder, target: 'TP/a', variables, origin: 'http://a', programs: [folder], signal };
}

async function resultsOf(run: RobotRun): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for await (const result of runRobot(run)) results.push(result);
  return results;
}

describe('a run of Robot Framework', () => {
  it('hands over variables and target, and how each test ended, whatever tests write', async () => {
    const run = robotThat(`
      const { writeSync } = require('node:fs');
      console.log('{ no result');
      const [name, variable] = process.argv.slice(-3);
      writeSync(3, JSON.stringify({ file: process.argv.at(-1), name, passed: true, message: variable }) + '\\n');
      process.exitCode = 3;`);
    expect(await resultsOf(run)).toEqual([
      { file: 'TP/a', name: '--variable', passed: true, message: 'url:http://a/' },
    ]);
  });

  it('fails when Robot Framework does, or is not there', async () => {
    await expect(resultsOf(robotThat('process.exitCode = 252;'))).rejects.toThrow(/ended with 252/);
    const missing: RobotRun = { ...robotThat(''), robot: join(folder, 'none') };
    await expect(resultsOf(missing)).rejects.toThrow(/cannot be started.*--robot/);
  });

  it('gives tests its own programs before those of the machine', async () => {
    writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho "$@"');
    chmodSync(join(folder, 'docker'), 0o755);
    const run = robotThat(`
      const { execFileSync } = require('node:child_process');
      const message = execFileSync('docker', ['rm', '-f', 'a'], { encoding: 'utf8' });
      require('node:fs').writeSync(3, JSON.stringify({ file: 'a', name: 'a', passed: true, message }) + '\\n');`);
    expect(await resultsOf(run)).toEqual([expect.objectContaining({ message: 'rm -f a\n' })]);
  });

  it('ends Robot Framework when it is told to end, at any time', async () => {
    const controller = new AbortController();
    const run = robotThat(
      `require('node:fs').writeSync(3, JSON.stringify({ name: String(process.pid) }) + '\\n');
      setInterval(() => {}, 1000);`,
      controller.signal,
    );
    const pids: number[] = [];
    const running = (async () => {
      for await (const { name } of runRobot(run)) {
        pids.push(Number(name));
        controller.abort(new Error('Ended by SIGTERM'));
      }
    })();
    await expect(running).rejects.toThrow('Ended by SIGTERM');
    expect(pids).toHaveLength(1);
    expect(() => process.kill(pids[0] as number, 0)).toThrow(/ESRCH/);
    await expect(resultsOf(run)).rejects.toThrow('Ended by SIGTERM');
  });
});
