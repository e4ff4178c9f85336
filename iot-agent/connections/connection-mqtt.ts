import { type ConnectionRecord, connectionKey } from '../registry/connection.ts';
import type { MqttSettings } from '../transports/mqtt.ts';
import { sessionOf } from '../transports/mqtt-options.ts';
import { connectionTopics } from './connection-topics.ts';

/** What the MQTT transport needs of a connection whose secrets are open; undefined when it has no MQTT. @throws TemplateError */
export function mqttSettingsOf(
  { tenant, settings }: ConnectionRecord,
  agentId: string,
): MqttSettings | undefined {
  const { mqtt, name } = settings;
  if (mqtt === undefined) return undefined;
  const connection = connectionKey(tenant, name);
  const { url, user, password, ca, cert, key, rejectUnauthorized, clientId, shareGroup } = mqtt;
  return {
    ...{ url, user, password, ca, cert, key, shareGroup, connection },
    called: { ca: 'mqtt.ca', cert: 'mqtt.cert', key: 'mqtt.key' },
    clientId: clientId ?? ownClientId(connection, agentId),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...connectionTopics(settings),
  };
}

/** Whether the record still has the session of these settings, which were made of an earlier one. */
export function hasSession(
  { tenant, settings }: ConnectionRecord,
  agentId: string,
  before: MqttSettings,
): boolean {
  const { mqtt, name } = settings;
  if (mqtt === undefined) return false;
  const { url, clientId = ownClientId(connectionKey(tenant, name), agentId) } = mqtt;
  return sessionOf({ url, clientId }) === sessionOf(before);
}

/** MQTT_CLIENT_ID is another one for each agent, and so is this; no name of a connection has a colon. */
function ownClientId(connection: string, agentId: string): string {
  return `${agentId}-${connection.replace('/', ':')}`;
}
