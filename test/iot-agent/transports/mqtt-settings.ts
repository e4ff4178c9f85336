import type { MqttSettings } from '../../../iot-agent/transports/mqtt.ts';
import { topicFilters } from '../../../iot-agent/transports/topics.ts';

/** Settings of a connection to the port of this machine. */
export function mqttSettings(port: number, changes: Partial<MqttSettings> = {}): MqttSettings {
  return {
    url: `mqtt://127.0.0.1:${port}`,
    user: undefined,
    password: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    called: { ca: 'MQTT_CA_FILE', cert: 'MQTT_CERT_FILE', key: 'MQTT_KEY_FILE' },
    clientId: 'agent-1',
    filters: topicFilters,
    shareGroup: undefined,
    ...changes,
  };
}
