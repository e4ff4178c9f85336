import type { AgentSettings } from './config.ts';
import type { GroupTopics } from './connections/group-topics.ts';
import { embeddedBroker } from './transports/embedded-broker.ts';
import { httpTransport } from './transports/http/http-transport.ts';
import { mqttTransport } from './transports/mqtt.ts';
import type { TransportParts } from './transports/take.ts';
import type { Transport } from './transports/transport.ts';

/** The ways in that the settings ask for: HTTP, and the MQTT broker of MQTT_URL or else one of the agent's own. */
export function openTransports(
  settings: AgentSettings,
  parts: TransportParts,
  topics: Pick<GroupTopics, 'filters' | 'onChanged' | 'readTopic'>,
): readonly Transport[] {
  return [httpOf(settings, parts), mqttOf(settings, parts, topics)];
}

function httpOf(settings: AgentSettings, parts: TransportParts): Transport {
  const { host, devicePort: port, webhookSecret, actilityTunnelKey, allowOpen } = settings;
  return httpTransport({ host, port, webhookSecret, actilityTunnelKey, allowOpen }, parts);
}

function mqttOf(
  settings: AgentSettings,
  parts: TransportParts,
  topics: Parameters<typeof openTransports>[2],
): Transport {
  const { mqttUrl: url, mqttUser: user, mqttPassword: password } = settings;
  if (url === undefined) {
    const { host, mqttPort: port, allowOpen, mqttMaxConnections: maxConnections } = settings;
    const { readTopic } = topics;
    return embeddedBroker({ host, port, user, password, allowOpen, maxConnections, readTopic }, parts);
  }
  const connection = {
    url,
    user,
    password,
    ca: settings.mqttCaFile,
    cert: settings.mqttCertFile,
    key: settings.mqttKeyFile,
    called: { ca: 'MQTT_CA_FILE', cert: 'MQTT_CERT_FILE', key: 'MQTT_KEY_FILE' },
    clientId: settings.mqttClientId,
  };
  const { mqttTopics, mqttShareGroup: shareGroup } = settings;
  const filters = [...mqttTopics, ...topics.filters()];
  const transport = mqttTransport({ ...connection, filters, shareGroup, readTopic: topics.readTopic }, parts);
  topics.onChanged((added) => transport.setFilters([...new Set([...mqttTopics, ...added])]));
  return transport;
}
