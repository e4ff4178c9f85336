import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type EgressPolicy, EgressRefused } from '../../runtime/egress.ts';
import type { TlsTrust } from '../../runtime/tls-trust.ts';
import type { MqttTarget } from '../domain/subscription/subscription.ts';

/** Connects to the broker of a target, over TLS for mqtts. Rejects with EgressRefused, or with what went wrong. */
export type OpenSocket = (target: MqttTarget) => Promise<Socket>;

/** Opens sockets as the egress policy allows; each has `timeout` milliseconds for it, TLS included. */
export function socketOpener({
  egress,
  tls,
  timeout,
}: {
  readonly egress: Pick<EgressPolicy, 'hostRefusal' | 'lookup'>;
  readonly tls: TlsTrust;
  readonly timeout: number;
}): OpenSocket {
  return async ({ isSecure, host, port }) => {
    // A literal address never reaches `lookup`.
    const refused = egress.hostRefusal(host);
    if (refused !== undefined) throw new EgressRefused(refused);
    const to = { host, port, lookup: egress.lookup, noDelay: true };
    if (!isSecure) return opened(connect(to), 'connect', timeout);
    // An address has no place in SNI; the certificate is checked against it all the same.
    const servername = isIP(host) === 0 ? { servername: host } : {};
    return opened(connectTls({ ...to, ...tls, ...servername }), 'secureConnect', timeout);
  };
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const expire = (): void => void socket.destroy(new Error(`no connection within ${timeout} ms`));
    const timer = setTimeout(expire, timeout);
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}
