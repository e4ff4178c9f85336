import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { type IClientOptions, type IConnackPacket, MqttClient } from 'mqtt';
import type { MqttTarget } from '../domain/subscription/subscription.ts';
import { MqttLink } from './mqtt-link.ts';
import type { Timers } from './timers.ts';

// Seconds: how long a broker that vanished without a word may go unnoticed, about.
const KEEPALIVE = 30;

/**
 * Logs in to the MQTT broker at the other end of the socket, with a session that ends with the connection.
 * @throws what went wrong; a refusal has its reason code as `code`. The socket is then closed.
 */
export function logIn(
  socket: Socket,
  target: MqttTarget,
  { timeout, timers }: { readonly timeout: number; readonly timers: Timers },
): Promise<MqttLink> {
  const client = new MqttClient(() => socket, optionsOf(target));
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      cancel();
      socket.destroy();
      reject(error);
    };
    const onClose = (): void => fail(new Error('the MQTT broker closed the connection at the login'));
    const cancel = timers.after(timeout, () =>
      fail(new Error(`no MQTT broker answered within ${timeout} ms`)),
    );
    client.once('close', onClose);
    // Stays for good: what comes later is the link's matter, or of no interest, but never uncaught.
    client.on('error', fail);
    client.once('connect', (connack: IConnackPacket) => {
      cancel();
      client.removeListener('close', onClose);
      resolve(new MqttLink(client, connack, timers));
    });
  });
}

function optionsOf({ version, user, password }: MqttTarget): IClientOptions {
  return {
    protocolVersion: version === 'mqtt5.0' ? 5 : 4,
    // As long as every 3.1.1 broker has to take (MQTT 3.1.3.1).
    clientId: `carillon${randomUUID().replaceAll('-', '').slice(0, 15)}`,
    clean: true,
    keepalive: KEEPALIVE,
    // A connection that ended is not taken up again: what it carried is sent anew by the notifier, in its order.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
  };
}
