import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../../support/free-port.ts';

/** A TCP proxy in front of the server that can lose replies, hold requests back, and go away. */
export interface LossyProxy {
  /** The URL of the same database through the proxy. */
  readonly url: string;
  /** Breaks the connection in the place of the reply to the next command of this name; the command is carried out. */
  loseReplyTo(command: string): void;
  /**
   * Breaks the connection of the client at the next command of this name and holds the command back. Resolves when it
   * is held, to a function that lets it through and resolves when the server has answered it.
   */
  hold(command: string): Promise<() => Promise<void>>;
  /** Breaks all connections and takes no new ones, until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

type OnRequest = (request: Buffer, client: Socket, server: Socket) => 'pass' | 'stop';

/** A proxy for the server of the URL. */
export async function lossyProxy(url: string): Promise<LossyProxy> {
  const { hostname, port: serverPort } = new URL(url);
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  let onRequest: OnRequest | undefined;
  const listener = createServer((client) => {
    const server = connect(Number(serverPort), hostname);
    for (const socket of [client, server]) keep(socket, sockets);
    client.on('data', (request) => {
      if (!onRequest || onRequest(request, client, server) === 'pass') server.write(request);
    });
    server.on('data', (reply) => client.destroyed || client.write(reply));
    client.on('close', () => held.has(server) || server.destroy());
    server.on('close', () => client.destroy());
  });
  const port = await freePort();
  await listen(listener, port);
  const next = (command: string, act: (...of: Parameters<OnRequest>) => 'pass' | 'stop') => {
    onRequest = (request, client, server) => {
      if (!request.includes(`${command}\0`)) return 'pass';
      onRequest = undefined;
      return act(request, client, server);
    };
  };
  return {
    url: url.replace(`${hostname}:${serverPort}`, `127.0.0.1:${port}`),
    loseReplyTo: (command) =>
      next(command, (_, client, server) => {
        server.prependOnceListener('data', () => client.destroy());
        return 'pass';
      }),
    hold: (command) =>
      new Promise((resolve) => {
        next(command, (request, client, server) => {
          held.add(server);
          client.destroy();
          resolve(async () => {
            server.write(request);
            await once(server, 'data');
            server.destroy();
          });
          return 'stop';
        });
      }),
    goAway: async () => {
      const closed = once(listener, 'close');
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    comeBack: () => listen(listener, port),
  };
}

function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
}

async function listen(listener: Server, port: number): Promise<void> {
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
}
