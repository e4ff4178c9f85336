import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach } from '@jest/globals';
import { Aedes, type AedesOptions } from 'aedes';

/** What was published. */
export interface Published {
  readonly topic: string;
  readonly qos: number;
  readonly payload: string;
}

/** An MQTT 3.1.1 broker of the test's own that keeps what is published; closed after the test. */
export interface MqttReceiver {
  readonly port: number;
  readonly published: Published[];
  /** Names of the clients that are connected. */
  clients(): readonly string[];
  /** Logins there were. */
  logins(): number;
  stop(): Promise<void>;
}

export interface MqttReceiverOptions extends AedesOptions {
  /** A free one when not given. */
  readonly port?: number;
  /** Over TLS when given. */
  readonly tls?: TlsOptions;
}

const open: MqttReceiver[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
});

/** Opens one on 127.0.0.1. */
export async function mqttReceiver({
  port = 0,
  tls,
  ...options
}: MqttReceiverOptions = {}): Promise<MqttReceiver> {
  const aedes = await Aedes.createBroker(options);
  const published: Published[] = [];
  const clients = new Set<string>();
  let logins = 0;
  aedes.on('client', ({ id }) => {
    logins += 1;
    clients.add(id);
  });
  aedes.on('clientDisconnect', ({ id }) => clients.delete(id));
  aedes.on('publish', ({ topic, qos, payload }, client) => {
    if (client) published.push({ topic, qos, payload: payload.toString() });
  });
  const sockets = new Set<Socket>();
  const handle = (socket: Socket): void => {
    sockets.add(socket);
    aedes.handle(socket);
  };
  const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const receiver: MqttReceiver = {
    port: (server.address() as { readonly port: number }).port,
    published,
    clients: () => [...clients],
    logins: () => logins,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await closed;
    },
  };
  open.push(receiver);
  return receiver;
}
