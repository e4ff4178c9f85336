import type { AgentSettings } from './config.ts';
import { embeddedBroker } from './transports/embedded-broker.ts';
import { httpTransport } from './transports/http/http-transport.ts';
import { mqttTransport } from './transports/mqtt.ts';
import type { Publisher } from './transports/publisher.ts';
import type { TransportParts } from './transports/take.ts';
import type { Transport } from './transports/transport.ts';

/** The ways in that the settings ask for: HTTP, and the MQTT broker of MQTT_URL or else one of the agent's own. */
export function openTransports(settings: AgentSettings, parts: TransportParts): readonly Transport[] {
  return [httpOf(settings, parts), mqttOf(settings, parts)];
}

/** The way out by MQTT: the one MQTT transport that there is. */
export function publisherOf(transports: readonly Transport[]): Publisher {
  return {
    publish: async (_connection, topic, payload, options) => {
      const way = transports.find(({ publish }) => publish !== undefined);
      if (way?.publish === undefined) throw new Error('there is no MQTT broker to publish by');
      await way.publish(topic, payload, options);
    },
  };
}

function httpOf(settings: AgentSettings, parts: TransportParts): Transport {
  const { host, devicePort: port, webhookSecret, actilityTunnelKey, allowOpen } = settings;
  return httpTransport({ host, port, webhookSecret, actilityTunnelKey, allowOpen }, parts);
}

function mqttOf(settings: AgentSettings, parts: TransportParts): Transport {
  const { mqttUrl: url, mqttUser: user, mqttPassword: password } = settings;
  if (url === undefined) {
    const { host, mqttPort: port, allowOpen, mqttMaxConnections: maxConnections } = settings;
    return embeddedBroker({ host, port, user, password, allowOpen, maxConnections }, parts);
  }
  const connection = {
    url,
    user,
    password,
    caFile: settings.mqttCaFile,
    certFile: settings.mqttCertFile,
    keyFile: settings.mqttKeyFile,
    clientId: settings.mqttClientId,
  };
  return mqttTransport(
    { ...connection, filters: settings.mqttTopics, shareGroup: settings.mqttShareGroup },
    parts,
  );
}
