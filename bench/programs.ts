import { fileURLToPath } from 'node:url';
import { freePort, freePorts } from '../test/support/free-port.ts';
import { type SpawnedProgram, spawnProgram } from '../test/support/spawn-program.ts';

/** A server under measurement. */
export interface Server {
  readonly pid: number;
  /** Where it listens, without a path. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** The IoT agent under measurement. */
export interface Agent extends Server {
  /** Its embedded MQTT broker. */
  readonly mqttUrl: string;
}

/** A line a request would measure the disk of the log; production logs at `info`. */
const LOG_LEVEL = 'warn';

const built = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** Starts the built broker, on SQLite in that folder with its own settings otherwise; resolves when it is ready. */
export async function startBroker(folder: string): Promise<Server> {
  const port = await freePort();
  const env = { BROKER_PORT: String(port), STORE_URL: `sqlite:${folder}/carillon.db`, LOG_LEVEL };
  return ready(spawnProgram(built('broker/main.js'), { env, cwd: folder }), port);
}

/** Starts the built IoT agent with its embedded MQTT broker, in front of that broker; resolves when it is ready. */
export async function startAgent(folder: string, brokerUrl: string): Promise<Agent> {
  const [port = 0, devicePort = 0, mqttPort = 0] = await freePorts(3);
  const env = {
    AGENT_PORT: String(port),
    AGENT_DEVICE_PORT: String(devicePort),
    MQTT_PORT: String(mqttPort),
    AGENT_STORE_URL: `sqlite:${folder}/agent.db`,
    BROKER_URL: brokerUrl,
    LOG_LEVEL,
  };
  const server = await ready(spawnProgram(built('iot-agent/main.js'), { env, cwd: folder }), port);
  return { ...server, mqttUrl: `mqtt://127.0.0.1:${mqttPort}` };
}

/** Starts the floor; see floor.ts. */
export async function startFloor(): Promise<Server> {
  const port = await freePort();
  return ready(spawnProgram(built('bench/floor.js'), { args: [String(port)] }), port);
}

async function ready(program: SpawnedProgram, port: number): Promise<Server> {
  const origin = `http://127.0.0.1:${port}`;
  await program.ready(`${origin}/health/ready`);
  return {
    pid: program.pid,
    origin,
    stop: async () => {
      await program.stop();
    },
  };
}
