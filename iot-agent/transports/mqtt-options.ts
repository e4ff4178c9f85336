import { readFileSync } from 'node:fs';
import type { IClientOptions } from 'mqtt';
import { StartError, systemErrorCode } from '../../runtime/start-error.ts';

/** How to reach an MQTT broker. */
export interface MqttConnection {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`; may hold user and password. */
  readonly url: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** PEM files; the certificate and its key are the client's own. */
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  /** The broker keeps the session, and what is published at QoS 1 while the agent is away, under this name. */
  readonly clientId: string;
}

/** Milliseconds until the first attempt after a lost connection; later ones wait longer. */
export const firstReconnect = 1000;

/**
 * Options of the client library: MQTT 3.1.1, a session that outlives the connection, certificates always checked.
 * @throws StartError that names the variable of a file that cannot be used.
 */
export function mqttOptions(connection: MqttConnection): IClientOptions {
  const { user, password, certFile, keyFile } = connection;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new StartError('MQTT_CERT_FILE and MQTT_KEY_FILE belong together: set both, or neither.');
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
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...pem('ca', 'MQTT_CA_FILE', connection.caFile),
    ...pem('cert', 'MQTT_CERT_FILE', certFile),
    ...pem('key', 'MQTT_KEY_FILE', keyFile),
  };
}

function pem(option: 'ca' | 'cert' | 'key', variable: string, file: string | undefined): IClientOptions {
  if (file === undefined) return {};
  try {
    return { [option]: readFileSync(file) };
  } catch (error) {
    throw new StartError(
      `${variable} is ${file}, which cannot be read (${systemErrorCode(error)}): name a PEM file that this user may read.`,
      { cause: error },
    );
  }
}
