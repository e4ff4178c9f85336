import type { SettingsTable } from '../../runtime/config.ts';
import {
  bytes,
  integer,
  list,
  optional,
  optionalText,
  port,
  text,
  url,
} from '../../runtime/setting-parsers.ts';
import { topicFilters } from './topics.ts';

/** The settings of the agent's ways in. */
export const transportSettings = {
  mqttUrl: {
    variable: 'MQTT_URL',
    parse: optional(url('mqtt', 'mqtts', 'ws', 'wss')),
    secret: true,
    meaning: 'MQTT broker to take messages from; unset: the agent is one itself, on MQTT_PORT',
  },
  mqttPort: {
    variable: 'MQTT_PORT',
    default: '1883',
    parse: port,
    meaning: "port of the agent's own MQTT broker, when MQTT_URL is unset",
  },
  mqttUser: {
    variable: 'MQTT_USER',
    parse: optionalText,
    meaning: "user at the broker of MQTT_URL, or whom the agent's own broker lets in",
  },
  mqttPassword: {
    variable: 'MQTT_PASSWORD',
    parse: optionalText,
    secret: true,
    meaning: 'password of MQTT_USER',
  },
  mqttCaFile: {
    variable: 'MQTT_CA_FILE',
    parse: optionalText,
    meaning: 'PEM file of the authority that signed the certificate of MQTT_URL, when it is not a public one',
  },
  mqttCertFile: {
    variable: 'MQTT_CERT_FILE',
    parse: optionalText,
    meaning: "PEM file of the agent's own certificate for MQTT_URL",
  },
  mqttKeyFile: {
    variable: 'MQTT_KEY_FILE',
    parse: optionalText,
    meaning: 'PEM file of the key of MQTT_CERT_FILE',
  },
  mqttClientId: {
    variable: 'MQTT_CLIENT_ID',
    default: 'carillon-iot-agent',
    parse: text,
    meaning:
      'name under which the broker of MQTT_URL keeps messages while the agent is away: always the same for one agent, another for each',
  },
  mqttShareGroup: {
    variable: 'MQTT_SHARE_GROUP',
    parse: optional(shareGroup),
    meaning: 'group of agents that share the messages of MQTT_URL among them ($share/<group>/...)',
  },
  mqttTopics: {
    variable: 'MQTT_TOPICS',
    default: topicFilters.join(','),
    parse: list(topicFilter),
    meaning: 'topic filters to subscribe to at MQTT_URL, separated by commas',
  },
  mqttMaxConnections: {
    variable: 'MQTT_MAX_CONNECTIONS',
    default: '1000',
    parse: integer({ min: 1, max: 100_000 }),
    meaning: "most clients of the agent's own MQTT broker",
  },
  devicePort: {
    variable: 'AGENT_DEVICE_PORT',
    default: '7896',
    parse: port,
    meaning: 'port of webhooks and of devices that speak HTTP',
  },
  webhookSecret: {
    variable: 'WEBHOOK_SECRET',
    parse: optionalText,
    secret: true,
    meaning:
      'what network servers send as "Authorization: Bearer" or "X-Webhook-Secret"; unset: webhooks are open, on loopback only',
  },
  actilityTunnelKey: {
    variable: 'ACTILITY_TUNNEL_KEY',
    parse: optionalText,
    secret: true,
    meaning:
      "the authentication key of ThingPark's tunnel interface: /webhooks/actility takes what is signed with it, in place of WEBHOOK_SECRET",
  },
  maxMessageSize: {
    variable: 'DEVICE_MAX_MESSAGE_SIZE',
    default: '1MB',
    parse: bytes,
    meaning: 'largest message of a device or network server, by MQTT or HTTP',
  },
} as const satisfies SettingsTable;

function shareGroup(value: string): string {
  if (/[/+#]/.test(value)) throw new Error('a name without the characters / + #');
  return value;
}

/** MQTT 3.1.1, section 4.7.1: a wildcard is a whole level, and `#` only the last one. */
function topicFilter(value: string): string {
  const isValid = value
    .split('/')
    .every(
      (level, index, { length }) =>
        level === '+' || (level === '#' ? index === length - 1 : !/[+#]/.test(level)),
    );
  if (!isValid || value.startsWith('$share/'))
    throw new Error(
      'a list of topic filters, in which + is a whole level and # the last one ($share comes from MQTT_SHARE_GROUP)',
    );
  return value;
}
