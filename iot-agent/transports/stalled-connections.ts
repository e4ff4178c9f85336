import type { Socket } from 'node:net';
import type { TransportParts } from './take.ts';

/** Finds clients that do not read what they are sent. */
export interface StalledConnections {
  watch(socket: Socket): void;
  /** Ends the connections that took nothing since the call before. */
  sweep(): void;
}

/**
 * The broker hands a message to all who have subscribed before it goes on: one client that has stopped to read, such as a
 * notebook that sleeps, would hold up everybody's.
 */
export function stalledConnections(log: Pick<TransportParts['log'], 'warn'>): StalledConnections {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  return {
    watch: (socket) => {
      sockets.add(socket);
      socket.on('drain', () => waiting.delete(socket));
      socket.once('close', () => {
        sockets.delete(socket);
        waiting.delete(socket);
      });
    },
    sweep: () => {
      for (const socket of sockets) {
        if (!socket.writableNeedDrain) continue;
        if (!waiting.has(socket)) {
          waiting.add(socket);
          continue;
        }
        log.warn(
          { address: socket.remoteAddress, waiting: socket.writableLength },
          'an MQTT client does not read what it has subscribed to: connection ended',
        );
        socket.destroy();
      }
    },
  };
}
