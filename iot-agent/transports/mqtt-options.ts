import { readFileSync } from 'node:fs';
import type { IClientOptions } from 'mqtt';
import { StartError, systemErrorCode } from '../../runtime/start-error.ts';

/** How to reach an MQTT broker. */
export interface MqttConnection {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`; may hold user and password. */
  readonly url: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** PEM files, or PEM texts; the certificate and its key are the client's own. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Whether the broker must have a certificate that is vouched for; true when absent. */
  readonly rejectUnauthorized?: boolean;
  /** The broker keeps the session, and what is published at QoS 1 while the agent is away, under this name. */
  readonly clientId: string;
  /** What the parts of TLS are called where they are set. */
  readonly called: TlsNames;
}

/** Names of settings. */
export interface TlsNames {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Tells the session that the broker keeps from all others; holds the login of the URL. */
export function sessionOf({ url, clientId }: Pick<MqttConnection, 'url' | 'clientId'>): string {
  return `${clientId}\n${url}`;
}

/** Milliseconds until the first attempt after a lost connection; later ones wait longer. */
export const firstReconnect = 1000;

/**
 * Options of the client library: MQTT 3.1.1, a session that outlives the connection, certificates checked unless that is
 * switched off.
 * @throws StartError that names the setting of a file that cannot be used.
 */
export function mqttOptions(connection: MqttConnection): IClientOptions {
  const { user, password, cert, key, called, rejectUnauthorized = true } = connection;
  if ((cert === undefined) !== (key === undefined))
    throw new StartError(`${called.cert} and ${called.key} belong together: set both, or neither.`);
  return {
    protocolVersion: 4,
    clientId: connection.clientId,
    clean: false,
    reconnectPeriod: firstReconnect,
    reconnectOnConnackError: true,
    // At every connection the agent subscribes by itself, to what its settings say now.
    resubscribe: false,
    connectTimeout: 10_000,
    keepalive: 30,
    rejectUnauthorized,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...pem('ca', called, connection.ca),
    ...pem('cert', called, cert),
    ...pem('key', called, key),
  };
}

function pem(option: keyof TlsNames, called: TlsNames, source: string | undefined): IClientOptions {
  if (source === undefined) return {};
  if (isPemText(source)) return { [option]: source };
  try {
    return { [option]: readFileSync(source) };
  } catch (error) {
    throw new StartError(
      `${called[option]} is ${source}, which cannot be read (${systemErrorCode(error)}): name a PEM file that this user may read.`,
      { cause: error },
    );
  }
}

/** Whether that is a certificate or key itself, and not the name of a file with it. */
export function isPemText(text: string): boolean {
  return text.includes('-----BEGIN ');
}
