import type { Socket } from 'node:net';
import type { MongoClient } from 'mongodb';

/** What is used of the driver's insides, which have no types. */
interface Insides {
  readonly topology?: {
    readonly s: { readonly servers: ReadonlyMap<string, Server> };
  };
}

interface Server {
  readonly pool: { readonly checkedOut: Iterable<Connection> };
  /** What looks whether the server is there; without it an absent server never comes back. */
  readonly monitor?: { readonly connection?: Connection | null } | null;
}

interface Connection {
  readonly socket: Pick<Socket, 'destroyed' | 'emit'>;
}

/** Milliseconds. */
const INTERVAL = 500;

/**
 * The driver (7.9) waits without end for room on a socket that closed in the very turn of the event loop in which it
 * wrote: the command is never answered, and its connection never goes back to the pool; where it was the one that looks
for the server, no operation ever finds the server again. This tells such writers that
 * they may go on, upon which they find the connection closed. Returns what ends it.
 */
export function wakeWriters(client: MongoClient): () => void {
  const timer = setInterval(() => wake(client as unknown as Insides), INTERVAL).unref();
  return () => clearInterval(timer);
}

function wake({ topology }: Insides): void {
  for (const { pool, monitor } of topology?.s.servers.values() ?? []) {
    for (const connection of pool.checkedOut) wakeWriter(connection);
    if (monitor?.connection) wakeWriter(monitor.connection);
  }
}

function wakeWriter({ socket }: Connection): void {
  if (socket.destroyed) socket.emit('drain');
}
