import { describe, expect, it } from '@jest/globals';
import { transportSettings } from '../../../iot-agent/transports/settings.ts';
import { topicFilters } from '../../../iot-agent/transports/topics.ts';
import { readSettings } from '../../../runtime/config.ts';

const read = (env: Readonly<Record<string, string>>) => readSettings(transportSettings, env);

describe('transportSettings', () => {
  it('needs nothing to be set', () => {
    expect(read({})).toEqual({
      mqttUrl: undefined,
      mqttPort: 1883,
      mqttUser: undefined,
      mqttPassword: undefined,
      mqttCaFile: undefined,
      mqttCertFile: undefined,
      mqttKeyFile: undefined,
      mqttClientId: 'carillon-iot-agent',
      mqttShareGroup: undefined,
      mqttTopics: topicFilters,
      mqttMaxConnections: 1000,
      devicePort: 7896,
      webhookSecret: undefined,
      actilityTunnelKey: undefined,
      maxMessageSize: 1024 ** 2,
    });
  });

  it.each([['v3/app@city/devices/+/up'], ['+/+/attrs'], ['#'], ['application/#']])(
    'takes the topic filter %s',
    (filter) => {
      expect(read({ MQTT_TOPICS: filter }).mqttTopics).toEqual([filter]);
    },
  );

  it.each([
    ['MQTT_TOPICS', 'v3/#/up'],
    ['MQTT_TOPICS', 'v3+/up'],
    ['MQTT_TOPICS', '$share/city/v3/up'],
    ['MQTT_SHARE_GROUP', 'city/+'],
    ['MQTT_URL', 'http://localhost'],
  ])('refuses %s=%s by name', (variable, value) => {
    expect(() => read({ [variable]: value })).toThrow(variable);
  });

  it('never shows a password that is in MQTT_URL', () => {
    expect(() => read({ MQTT_URL: 'https://city:bell@localhost' })).toThrow(/\(hidden\)/);
  });
});
