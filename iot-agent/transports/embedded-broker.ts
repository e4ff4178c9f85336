import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setInterval } from 'node:timers';
import { Aedes } from 'aedes';
import { bind } from '../../runtime/listen.ts';
import { type EmbeddedLogin, loginCheck } from './embedded-login.ts';
import { type EmbeddedSubscribers, embeddedSubscribers } from './embedded-subscribers.ts';
import { mqttIntake } from './mqtt-intake.ts';
import { packetLimit } from './packet-limit.ts';
import { NobodyListens, type PublishOptions } from './publisher.ts';
import { type Spooling, spoolFirst } from './spool-first.ts';
import { stalledConnections } from './stalled-connections.ts';
import type { TransportParts } from './take.ts';
import type { TopicReader } from './topics.ts';
import type { Transport } from './transport.ts';

/** Where the agent's own MQTT broker listens, and who may use it. */
export interface EmbeddedBrokerSettings extends EmbeddedLogin {
  /** 0 lets the system choose one. */
  readonly port: number;
  readonly maxConnections: number;
  /** Which topics are the agent's; see `IntakeOptions`. */
  readonly readTopic?: TopicReader;
}

/** The agent's own MQTT broker. */
export interface EmbeddedBroker extends Transport {
  /** The port in use, while it is ready. */
  port(): number | undefined;
}

interface Running {
  readonly aedes: Aedes;
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
  readonly sweeping: NodeJS.Timeout;
  readonly spooling: Spooling;
  readonly subscribers: EmbeddedSubscribers;
  readonly port: number;
}

/** Milliseconds in which a client has to take something of what waits for it. */
const stallLimit = 5000;
/** MQTT's header and topic beside the payload. */
const headerBytes = 65_536 + 16;

/**
 * An MQTT 3.1.1 broker inside the agent, for machines that have no other: what is published on our topics is in the
 * spool before it is acknowledged, and every publish goes on to subscribers as with any broker. Sessions live in memory and end
 * with their connections, so that a client that never comes back costs nothing.
 */
export function embeddedBroker(settings: EmbeddedBrokerSettings, parts: TransportParts): EmbeddedBroker {
  let running: Running | undefined;
  return {
    name: 'mqtt-broker',
    start: async () => {
      running = await open(settings, parts);
    },
    isReady: () => running !== undefined,
    port: () => running?.port,
    publish: (topic, payload, options) => publishBy(running, topic, payload, options),
    stop: async () => {
      const ending = running;
      running = undefined;
      if (ending) await close(ending);
    },
  };
}

/** To whoever has subscribed. Where nobody has, it would be lost without a word: no session outlives its connection here. */
async function publishBy(
  running: Running | undefined,
  topic: string,
  payload: Uint8Array,
  { qos, retain }: PublishOptions,
): Promise<void> {
  if (running === undefined) throw new Error('the MQTT broker does not run');
  const { aedes, subscribers } = running;
  if (!retain && !subscribers.has(topic))
    throw new NobodyListens(
      "nobody has subscribed to its topic at the agent's MQTT broker: the device, or its network server, is not connected to it",
      subscribers.heard(topic),
    );
  const { buffer, byteOffset, byteLength } = payload;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  await new Promise<void>((resolve, reject) => {
    aedes.publish({ cmd: 'publish', dup: false, topic, payload: bytes, qos, retain }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

async function open(settings: EmbeddedBrokerSettings, parts: TransportParts): Promise<Running> {
  const login = loginCheck(settings);
  const spooling = spoolFirst(mqttIntake(parts, settings));
  const { log } = parts;
  const aedes = await Aedes.createBroker({
    ...login,
    preConnect: (_client, packet, done) => {
      packet.clean = true;
      done(null, true);
    },
    authorizePublish: spooling.authorizePublish,
  });
  const subscribers = embeddedSubscribers(aedes);
  const reportEnd = (client: { readonly id: string | null }, error: Error): void =>
    log.info({ client: client.id, reason: error.message }, 'an MQTT connection was ended');
  aedes.on('clientError', reportEnd);
  aedes.on('connectionError', reportEnd);
  const sockets = new Set<Socket>();
  const stalled = stalledConnections(log);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    stalled.watch(socket);
    limitPackets(socket, parts.maxMessageSize + headerBytes, log);
    aedes.handle(socket);
  });
  server.maxConnections = settings.maxConnections;
  server.on('drop', () => log.warn({ most: settings.maxConnections }, 'too many MQTT connections'));
  try {
    const port = await bind(server, { host: settings.host, port: settings.port, variable: 'MQTT_PORT' });
    log.info({ port }, 'the MQTT broker listens');
    const sweeping = setInterval(stalled.sweep, stallLimit).unref();
    return { aedes, server, sockets, sweeping, spooling, subscribers, port };
  } catch (error) {
    aedes.close();
    throw error;
  }
}

/** The broker collects packets of any size. It takes what it gets from its connections by `read` alone. */
function limitPackets(socket: Socket, most: number, log: Pick<TransportParts['log'], 'warn'>): void {
  const fits = packetLimit(most);
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk: Buffer | null = read(size);
    if (chunk === null || fits(chunk)) return chunk;
    log.warn({ address: socket.remoteAddress, most }, 'an MQTT packet is too large: connection ended');
    socket.destroy();
    return null;
  };
}

async function close({ aedes, server, sockets, sweeping, spooling }: Running): Promise<void> {
  clearInterval(sweeping);
  const closed = once(server, 'close');
  server.close();
  await spooling.drain();
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  // Those that never logged in.
  for (const socket of sockets) socket.destroy();
  await closed;
}
