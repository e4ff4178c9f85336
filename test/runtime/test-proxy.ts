import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';

/** A proxy of the test's own; closed after the test. */
export interface TestProxy {
  readonly url: string;
  /** First lines of what it was asked, with the login. */
  readonly asked: string[];
  isRefusing: boolean;
}

const servers: Server[] = [];
const tunnels = new Set<Socket>();
afterEach(() => {
  for (const tunnel of tunnels) tunnel.destroy();
  tunnels.clear();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** For it every name is at this port of this machine. Login: `us@er` and `pass`. */
export async function proxyTo(port: number): Promise<TestProxy> {
  const asked: string[] = [];
  const note = (incoming: IncomingMessage): void => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers['proxy-authorization'] ?? '-'}`);
  };
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    note(incoming);
    const { pathname } = new URL(incoming.url ?? '');
    incoming.pipe(
      request({ host: '127.0.0.1', port, path: pathname, method: incoming.method ?? '' }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500);
        answer.pipe(outgoing);
      }),
    );
  });
  const proxy = { asked, isRefusing: false, url: '' };
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    note(incoming);
    tunnels.add(socket);
    socket.on('error', () => undefined);
    if (proxy.isRefusing) return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    const tunnel = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on('error', () => socket.destroy());
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: its } = server.address() as { readonly port: number };
  proxy.url = `http://us%40er:pass@127.0.0.1:${its}`;
  return proxy;
}
