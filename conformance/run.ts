import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startBroker } from '../test/support/built-programs.ts';
import { freePorts } from '../test/support/free-port.ts';
import { writeDocker } from './docker.ts';
import { findMosquitto, stopMosquitto } from './mosquitto.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { brokerEnvironment, suiteVariables } from './profile.ts';
import { report, type TestResult } from './report.ts';
import { runRobot } from './robot.ts';
import { targetsIn } from './targets.ts';

/** `npm run conformance`: the built broker, held against a checkout of the public NGSI-LD test suite. */
const say = (text: string): void => {
  process.stdout.write(text);
};

interface Run extends Options {
  /** A folder of this run, with one for each broker and one for the MQTT broker. */
  readonly root: string;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

async function runTarget(run: Run, target: string): Promise<readonly TestResult[]> {
  run.signal.throwIfAborted();
  const [notifications = 0, contextSource = 0, contexts = 0, mqtt = 0] = await freePorts(4);
  const variables = { port: run.port, env: brokerEnvironment(run) };
  const broker = await startBroker(mkdtempSync(join(run.root, 'broker-')), variables);
  const ports = { notifications, contextSource, contexts, mqtt };
  const mqttBroker = mkdtempSync(join(run.root, 'mqtt-'));
  const results: TestResult[] = [];
  say(`${target} `);
  try {
    const given = {
      variables: suiteVariables(broker.origin, ports),
      programs: mqttPrograms(run, mqttBroker, mqtt),
    };
    for await (const result of runRobot({ ...run, ...given, target, origin: broker.origin })) {
      say(result.passed ? '.' : 'F');
      results.push(result);
    }
  } finally {
    await Promise.all([broker.stop(), stopMosquitto({ folder: mqttBroker })]);
    say('\n');
  }
  return results;
}

/** Where there is no mosquitto, the tests of MQTT call docker, as they are. */
function mqttPrograms({ suite }: Run, folder: string, port: number): readonly string[] {
  const program = findMosquitto();
  if (program === undefined) return [];
  const configurations = join(suite, 'resources/mqttUtils/mosquitto');
  writeDocker({ program, configurations, ports: [1883, port], folder });
  return [folder];
}

/** Ends when the command is told to, so that nothing that it started outlives it. */
function signalToEnd(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => controller.abort(new Error(`Ended by ${name}`)));
  return controller.signal;
}

async function main(options: Options): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'carillon-conformance-'));
  const run = { ...options, suite: resolve(options.suite), root, signal: signalToEnd() };
  const results: TestResult[] = [];
  try {
    for (const target of targetsIn(run.suite, run.targets)) results.push(...(await runTarget(run, target)));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  say(`\n${report(results)}\n`);
  return results.every(({ passed }) => passed);
}

function optionsIn(args: readonly string[]): Options {
  try {
    return parseOptions(args);
  } catch (error) {
    throw new Error(`${messageOf(error)}\n\n${usage}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = (await main(optionsIn(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
