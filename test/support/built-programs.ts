import { resolve } from 'node:path';
import { freePort, freePorts } from './free-port.ts';
import { type SpawnedProgram, spawnProgram } from './spawn-program.ts';

/** A built program that is ready. */
export interface BuiltProgram extends SpawnedProgram {
  /** Where its API is, without a path. */
  readonly origin: string;
}

/** The built IoT agent. */
export interface BuiltAgent extends BuiltProgram {
  /** Where devices and webhooks send, without a path. */
  readonly deviceOrigin: string;
  /** Its embedded MQTT broker. */
  readonly mqttUrl: string;
}

type Variables = Readonly<Record<string, string>>;

/** The variables of a broker with a SQLite file in that folder and its own settings otherwise. */
export function brokerVariables(folder: string, port: number): Variables {
  return { BROKER_PORT: String(port), STORE_URL: `sqlite:${folder}/carillon.db` };
}

/** Starts dist/broker/main.js on such a file; resolves when it is ready. Without a port it gets a free one. */
export async function startBroker(
  folder: string,
  { port, env = {} }: { readonly port?: number; readonly env?: Variables } = {},
): Promise<BuiltProgram> {
  const chosen = port ?? (await freePort());
  const variables = { ...brokerVariables(folder, chosen), ...env };
  return ready(spawnProgram(resolve('dist/broker/main.js'), { env: variables, cwd: folder }), chosen);
}

/** Starts dist/iot-agent/main.js with its embedded MQTT broker, in front of that broker; resolves when it is ready. Without ports, of its API, HTTP and MQTT, it gets free ones. */
export async function startAgent(
  folder: string,
  brokerUrl: string,
  { ports, env = {} }: { readonly ports?: readonly number[]; readonly env?: Variables } = {},
): Promise<BuiltAgent> {
  const [port = 0, devicePort = 0, mqttPort = 0] = ports ?? (await freePorts(3));
  const variables = {
    AGENT_PORT: String(port),
    AGENT_DEVICE_PORT: String(devicePort),
    MQTT_PORT: String(mqttPort),
    AGENT_STORE_URL: `sqlite:${folder}/agent.db`,
    BROKER_URL: brokerUrl,
    ...env,
  };
  const program = spawnProgram(resolve('dist/iot-agent/main.js'), { env: variables, cwd: folder });
  return {
    ...(await ready(program, port)),
    deviceOrigin: `http://127.0.0.1:${devicePort}`,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
  };
}

async function ready(program: SpawnedProgram, port: number): Promise<BuiltProgram> {
  const origin = `http://127.0.0.1:${port}`;
  await program.ready(`${origin}/health/ready`);
  return { ...program, origin };
}
