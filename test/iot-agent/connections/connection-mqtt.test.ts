import { expect, it } from '@jest/globals';
import { mqttSettingsOf } from '../../../iot-agent/connections/connection-mqtt.ts';

function clientIdOf(tenant: string, name: string): string | undefined {
  const mqtt = { url: 'mqtt://broker.example' };
  return mqttSettingsOf({ tenant, settings: { name, type: 'mqtt', mqtt, enabled: true } }, 'agent')?.clientId;
}

it('gives each connection a client id of its own, whatever tenants and names have in them', () => {
  const ids = [
    clientIdOf('', 'a-b-c'),
    clientIdOf('a', 'b-c'),
    clientIdOf('a-b', 'c'),
    clientIdOf('a:b', 'c'),
    clientIdOf('a', 'b.c'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
