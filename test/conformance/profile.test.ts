import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { brokerSettings } from '../../broker/config.ts';
import { brokerEnvironment, profile, suiteVariables } from '../../conformance/profile.ts';
import { readSettings } from '../../runtime/config.ts';

describe('the settings of a run', () => {
  it('are settings of the broker, with values that it takes', () => {
    const environment = brokerEnvironment({ store: 'sqlite::memory:', contexts: 'somewhere' });
    const variables = Object.values(brokerSettings).map(({ variable }) => variable);
    expect(variables).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(() => readSettings(brokerSettings, environment)).not.toThrow();
    expect(environment['CONTEXTS_DIRECTORY']).toBe(resolve('somewhere'));
  });

  it('are in docs/conformance.md', () => {
    const page = readFileSync('docs/conformance.md', 'utf8');
    for (const [name, value] of Object.entries(profile)) expect(page).toContain(`\`${name}=${value}\``);
  });
});

it('the suite is told where the broker is and where to wait for it', () => {
  const ports = { notifications: 1, contextSource: 2, contexts: 3, mqtt: 4 };
  expect(suiteVariables('http://127.0.0.1:9090', ports)).toEqual(
    expect.arrayContaining([
      'url:http://127.0.0.1:9090/ngsi-ld/v1',
      'temporal_api_url:http://127.0.0.1:9090/ngsi-ld/v1',
      'notification_server_host:127.0.0.1',
      'notification_server_port: int:1',
      'context_source_port: int:2',
      'context_server_port: int:3',
      'mqtt_broker_non_default_port: int:4',
    ]),
  );
});
