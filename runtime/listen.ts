import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { StartError, systemErrorCode } from './start-error.ts';

/** Where a server listens, and the variables to name when it cannot. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** The variable that sets the port, e.g. `BROKER_PORT`. */
  readonly variable: string;
}

/** A server that listens. */
export interface Listening {
  /** The port in use: another than the one asked for when that was 0. */
  readonly port: number;
  /** Takes no more requests and ends when the running ones are answered, at the latest after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

const remedies: Readonly<Record<string, (options: ListenOptions) => string>> = {
  EADDRINUSE: ({ host, port, variable }) =>
    `Port ${port} of ${host} is taken by another program: stop that one, or set ${variable} to a free port.`,
  EACCES: ({ port, variable }) =>
    `Port ${port} may not be opened by this user: set ${variable} to a port above 1023.`,
  EADDRNOTAVAIL: ({ host }) =>
    `HOST is ${host}, which is no address of this machine: set HOST to one that is, or to 127.0.0.1.`,
  ENOTFOUND: ({ host }) => `HOST is ${host}, a name that cannot be resolved: set HOST to an address.`,
};

/**
 * For so many milliseconds a connection may be idle. Proxies keep theirs for a minute: were it less here, they would send
 * requests on connections that are being closed, and answer 502.
 */
const IDLE_LIMIT = 75_000;

/** Listens, or throws a StartError that names the variable to change. */
export async function listen(server: Server, options: ListenOptions): Promise<Listening> {
  server.keepAliveTimeout = IDLE_LIMIT;
  const port = await bind(server, options);
  return { port, close: (graceMs = 2000) => closeServer(server, graceMs) };
}

/** As `listen`, for a server of any protocol over TCP: resolves to the port in use. */
export async function bind(server: TcpServer, options: ListenOptions): Promise<number> {
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening');
  } catch (error) {
    const remedy = remedies[systemErrorCode(error)];
    throw remedy ? new StartError(remedy(options), { cause: error }) : error;
  }
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  // Clients that go on asking on the same connection would hold it until it is cut.
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'));
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
