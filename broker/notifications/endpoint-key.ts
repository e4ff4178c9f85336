import { createHash } from 'node:crypto';
import type { Endpoint, MqttTarget } from '../domain/subscription/subscription.ts';

/**
 * What answers fast or slowly, or not at all, and so has a gate of its own: of a web address all but its query; of MQTT
 * the connection, whatever the topic. Fit for logs: credentials are in it as a digest.
 */
export function endpointKey({ uri, mqtt }: Pick<Endpoint, 'uri' | 'mqtt'>): string {
  if (mqtt) return connectionKey(mqtt);
  const { origin, pathname } = new URL(uri);
  return origin + pathname;
}

/** The same for targets that can share an MQTT connection: broker, TLS, login and version. */
export function connectionKey({ isSecure, host, port, user, password, version }: MqttTarget): string {
  const login = user === undefined ? '' : ` ${digestOf(JSON.stringify([user, password]))}`;
  return `${isSecure ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port} ${version}${login}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
