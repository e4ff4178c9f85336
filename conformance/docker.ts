import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MosquittoSetup, startMosquitto, stopMosquitto } from './mosquitto.ts';

/**
 * Writes a program `docker` into the folder of that mosquitto, which does what the suite's MQTT tests call docker for. The
 * suite wants an image and a network that are nowhere but with its authors; mosquitto itself is on every system.
 */
export function writeDocker(setup: MosquittoSetup, module = import.meta.url): void {
  const call = `runDocker(${JSON.stringify(setup)}, process.argv.slice(2))`;
  const script = `#!/usr/bin/env node
import(${JSON.stringify(module)}).then(({ runDocker }) => ${call}).catch((error) => {
  console.error(error.message);
  process.exitCode = 125;
});
`;
  writeFileSync(join(setup.folder, 'docker'), script, { mode: 0o755 });
}

/**
 * `docker run ... -e CONF=name ...` starts that mosquitto by the suite's configuration of that name, `docker rm -f ...` and
 * `docker container rm -f ...` end it.
 * @throws Error when it cannot be started, and for everything else.
 */
export async function runDocker(setup: MosquittoSetup, args: readonly string[]): Promise<void> {
  const line = args.join(' ');
  const configuration = /^run .*\bCONF=(\S+)/.exec(line)?.[1];
  if (configuration !== undefined) return startMosquitto(setup, configuration);
  if (/^(container )?rm -f /.test(line)) return stopMosquitto(setup);
  throw new Error(`docker ${line}: only what the tests of MQTT need is here, "run -e CONF=..." and "rm -f"`);
}
