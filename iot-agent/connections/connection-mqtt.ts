import { type ConnectionRecord, connectionKey } from '../registry/connection.ts';
import type { MqttSettings } from '../transports/mqtt.ts';
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
    // MQTT_CLIENT_ID is another one for each agent, and so is this.
    clientId: clientId ?? `${agentId}-${connection.replace('/', '-')}`,
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...connectionTopics(settings),
  };
}
