import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startBroker } from '../test/support/built-programs.ts';
import { freePorts } from '../test/support/free-port.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { brokerEnvironment, suiteVariables } from './profile.ts';
import { report, type TestResult } from './report.ts';
import { runRobot } from './robot.ts';
import { targetsIn } from './targets.ts';

/** `npm run conformance`: the built broker, held against a checkout of the public NGSI-LD test suite. */
const say = (text: string): void => {
  process.stdout.write(text);
};

async function runTarget(options: Options, target: string, folder: string): Promise<readonly TestResult[]> {
  const [notifications = 0, contextSource = 0, contexts = 0, mqtt = 0] = await freePorts(4);
  const broker = await startBroker(folder, { port: options.port, env: brokerEnvironment(options) });
  const { origin } = broker;
  const variables = suiteVariables(origin, { notifications, contextSource, contexts, mqtt });
  const results: TestResult[] = [];
  say(`${target} `);
  try {
    for await (const result of runRobot({ ...options, target, variables, origin })) {
      say(result.passed ? '.' : 'F');
      results.push(result);
    }
  } finally {
    await broker.stop();
    say('\n');
  }
  return results;
}

async function main(given: Options): Promise<boolean> {
  const options = { ...given, suite: resolve(given.suite) };
  const root = mkdtempSync(join(tmpdir(), 'carillon-conformance-'));
  const results: TestResult[] = [];
  try {
    for (const target of targetsIn(options.suite, options.targets))
      results.push(...(await runTarget(options, target, mkdtempSync(join(root, 'broker-')))));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  say(`\n${report(results)}\n`);
  return results.every(({ passed }) => passed);
}

try {
  process.exitCode = (await main(parseOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 2;
}
