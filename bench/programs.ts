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

type Variables = Readonly<Record<string, string>>;

/** Starts the built broker on SQLite in that folder, on that port or a free one; resolves when it is ready. */
export function startBroker(
  folder: string,
  { port, env: more = {} }: { readonly port?: number; readonly env?: Variables } = {},
): Promise<BuiltProgram> {
  return startBuiltBroker(folder, { env: { ...env, ...more }, ...(port === undefined ? {} : { port }) });
}

/** Starts the built IoT agent with its embedded MQTT broker, in front of that broker; resolves when it is ready. */
export function startAgent(
  folder: string,
  brokerUrl: string,
  { ports, env: more = {} }: { readonly ports?: readonly number[]; readonly env?: Variables } = {},
): Promise<BuiltAgent> {
  const place = ports === undefined ? {} : { ports };
  return startBuiltAgent(folder, brokerUrl, { env: { ...env, ...more }, ...place });
}

/** Starts the floor; see floor.ts. */
export async function startFloor(): Promise<BuiltProgram> {
  const port = await freePort();
  const program = spawnProgram(resolve('dist/bench/floor.js'), { args: [String(port)] });
  const origin = `http://127.0.0.1:${port}`;
  await program.ready(`${origin}/health/ready`);
  return { ...program, origin };
}
