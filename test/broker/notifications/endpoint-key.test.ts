import { describe, expect, it } from '@jest/globals';
import { parseEndpoint } from '../../../broker/domain/subscription/parse-endpoint.ts';
import { endpointKey } from '../../../broker/notifications/endpoint-key.ts';

const keyOf = (uri: string, version = 'mqtt5.0') =>
  endpointKey(parseEndpoint({ uri, notifierInfo: [{ key: 'MQTT-Version', value: version }] }, 'endpoint'));

describe('what has a gate of its own', () => {
  it('is a web address without query and login', () => {
    expect(keyOf('http://user:pass@Host.example:80/a?b')).toBe('http://host.example/a');
    expect(keyOf('http://host.example/b')).not.toBe(keyOf('http://host.example/a'));
  });

  it('is an MQTT connection, whatever the topic', () => {
    expect(keyOf('mqtt://Host.example/a')).toBe(keyOf('mqtt://host.example:1883/b/c'));
    expect(keyOf('mqtt://host.example/a')).toBe('mqtt://host.example:1883 mqtt5.0');
    expect(keyOf('mqtts://[::1]/a')).toBe('mqtts://[::1]:8883 mqtt5.0');
    const keys = [
      keyOf('mqtt://host.example/a'),
      keyOf('mqtt://host.example/a', 'mqtt3.1.1'),
      keyOf('mqtts://host.example:1883/a'),
      keyOf('mqtt://user@host.example/a'),
      keyOf('mqtt://user:password@host.example/a'),
      keyOf('mqtt://user:passwore@host.example/a'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.join(' ')).not.toMatch(/user|passwor/);
  });
});
