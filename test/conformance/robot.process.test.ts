import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { TestResult } from '../../conformance/report.ts';
import { type RobotRun, runRobot } from '../../conformance/robot.ts';
import { tempFolder } from '../support/temp-folder.ts';

const folder = tempFolder();

/** A program in the place of Robot Framework. */
function robotThat(script: string): RobotRun {
  const robot = join(folder, 'robot');
  writeFileSync(robot, `#!/usr/bin/env node\n${script}`);
  chmodSync(robot, 0o755);
  return { robot, suite: folder, target: 'TP/a', variables: ['url:http://a/'], origin: 'http://a' };
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
    const missing = { ...robotThat(''), robot: join(folder, 'none') };
    await expect(resultsOf(missing)).rejects.toThrow(/cannot be started.*--robot/);
  });
});
