import { resolve } from 'node:path';
import {
  type BuiltAgent,
  type BuiltProgram,
  startAgent as startBuiltAgent,
  startBroker as startBuiltBroker,
} from '../test/support/built-programs.ts';
import { freePort } from '../test/support/free-port.ts';
import { spawnProgram } from '../test/support/spawn-program.ts';

/** A line a request would measure the log; production logs at `info`. */
const env = { LOG_LEVEL: 'warn' };

/** Starts the built broker on SQLite in that folder; resolves when it is ready. */
export function startBroker(folder: string): Promise<BuiltProgram> {
  return startBuiltBroker(folder, { env });
}

/** Starts the built IoT agent with its embedded MQTT broker, in front of that broker; resolves when it is ready. */
export function startAgent(folder: string, brokerUrl: string): Promise<BuiltAgent> {
  return startBuiltAgent(folder, brokerUrl, { env });
}

/** Starts the floor; see floor.ts. */
export async function startFloor(): Promise<BuiltProgram> {
  const port = await freePort();
  const program = spawnProgram(resolve('dist/bench/floor.js'), { args: [String(port)] });
  const origin = `http://127.0.0.1:${port}`;
  await program.ready(`${origin}/health/ready`);
  return { ...program, origin };
}
