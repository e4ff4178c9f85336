import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Aedes, type AedesOptions, type AuthenticateError } from 'aedes';
import { bind } from '../../runtime/listen.ts';
import { isLoopback } from '../../runtime/refuse-open.ts';
import { StartError } from '../../runtime/start-error.ts';
import { type MqttIntake, mqttIntake } from './mqtt-intake.ts';
import { packetLimit } from './packet-limit.ts';
import { secretCheck } from './secret-check.ts';
import type { TransportParts } from './take.ts';
import type { Transport } from './transport.ts';

/** Where the agent's own MQTT broker listens, and who may use it. */
export interface EmbeddedBrokerSettings {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** What clients have to log in with; both or neither. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Serve other machines without a login. */
  readonly allowOpen: boolean;
  readonly maxConnections: number;
}

/** The agent's own MQTT broker. */
export interface EmbeddedBroker extends Transport {
  /** The port in use, while it is ready. */
  port(): number | undefined;
}

interface Running {
  readonly aedes: Aedes;
  readonly server: Server;
  readonly spooling: Spooling;
  readonly port: number;
}

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
    stop: async () => {
      const ending = running;
      running = undefined;
      if (ending) await close(ending);
    },
  };
}

async function open(settings: EmbeddedBrokerSettings, parts: TransportParts): Promise<Running> {
  const authenticate = loginCheck(settings);
  const spooling = spoolFirst(mqttIntake(parts));
  const { log } = parts;
  const aedes = await Aedes.createBroker({
    ...authenticate,
    preConnect: (_client, packet, done) => {
      packet.clean = true;
      done(null, true);
    },
    authorizePublish: spooling.authorizePublish,
  });
  const reportEnd = (client: { readonly id: string | null }, error: Error): void =>
    log.info({ client: client.id, reason: error.message }, 'an MQTT connection was ended');
  aedes.on('clientError', reportEnd);
  aedes.on('connectionError', reportEnd);
  const server = createServer((socket) => {
    limitPackets(socket, parts.maxMessageSize + headerBytes, log);
    aedes.handle(socket);
  });
  server.maxConnections = settings.maxConnections;
  server.on('drop', () => log.warn({ most: settings.maxConnections }, 'too many MQTT connections'));
  try {
    const port = await bind(server, { host: settings.host, port: settings.port, variable: 'MQTT_PORT' });
    log.info({ port }, 'the MQTT broker listens');
    return { aedes, server, spooling, port };
  } catch (error) {
    aedes.close();
    throw error;
  }
}

/** @throws StartError when strangers could come in, or only half a login is set. */
function loginCheck({ host, user, password, allowOpen }: EmbeddedBrokerSettings): AedesOptions {
  if (user === undefined && password === undefined) {
    if (allowOpen || isLoopback(host)) return {};
    throw new StartError(
      `HOST is ${host}, so other machines can reach the MQTT broker, and nothing protects it: set MQTT_USER and MQTT_PASSWORD, keep HOST at 127.0.0.1, name another broker in MQTT_URL, or set ALLOW_OPEN=1.`,
    );
  }
  if (user === undefined || password === undefined)
    throw new StartError('MQTT_USER and MQTT_PASSWORD belong together: set both, or neither.');
  const isUser = secretCheck(user);
  const isPassword = secretCheck(password);
  const badLogin = Object.assign(new Error('bad user name or password'), { returnCode: 4 });
  return {
    authenticate: (_client, givenUser, givenPassword, done) => {
      // Both, so that the time does not tell which one was wrong.
      const known = [isUser(givenUser), isPassword(givenPassword?.toString('utf8'))];
      if (known.every(Boolean)) done(null, true);
      else done(badLogin as AuthenticateError, null);
    },
  };
}

interface Spooling {
  readonly authorizePublish: NonNullable<AedesOptions['authorizePublish']>;
  /** Refuses what is published from now on, and ends when the rest is in the spool. */
  drain(): Promise<void>;
}

/** The broker acknowledges a publish right after this let it pass; the connection ends when it does not. */
function spoolFirst(intake: MqttIntake): Spooling {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;
  const authorizePublish: Spooling['authorizePublish'] = (_client, { topic, payload, qos }, done) => {
    if (isClosed) return done(new Error('the broker stops'));
    if (topic.startsWith('$')) return done(new Error('topics that start with $ are reserved'));
    const taking = intake(topic, payload);
    if (taking === undefined) return done();
    const work = taking
      .then(
        () => done(),
        // Who publishes at QoS 0 does not send again: ending the connection would help nobody.
        (error: Error) => (qos === 0 ? done() : done(error)),
      )
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const drain = async (): Promise<void> => {
    isClosed = true;
    await Promise.all(underWay);
    // Acknowledgements leave in the turn after.
    await setImmediate();
  };
  return { authorizePublish, drain };
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

async function close({ aedes, server, spooling }: Running): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await spooling.drain();
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  await closed;
}
