import { describe, expect, it } from '@jest/globals';
import { agentSettings } from '../../iot-agent/config.ts';
import { ConfigError, readSettings } from '../../runtime/config.ts';

describe('the settings of the agent', () => {
  it('need nothing to be set', () => {
    expect(readSettings(agentSettings, {})).toMatchObject({
      port: 4041,
      devicePort: 7896,
      storeUrl: { kind: 'sqlite', path: 'data/agent.db' },
      spoolUrl: undefined,
      brokerUrl: 'http://127.0.0.1:1026',
      mqttUrl: undefined,
      deviceInterval: 60_000,
      host: '127.0.0.1',
    });
  });

  it('have one variable each', () => {
    const variables = Object.values(agentSettings).map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
  });

  it.each([
    ['AGENT_PORT', '70000'],
    ['AGENT_STORE_URL', 'postgres://db'],
    ['AGENT_SPOOL_URL', 'mongodb://db/spool'],
    ['BROKER_URL', 'ftp://broker'],
    ['BROKER_TIMEOUT', 'soon'],
    ['AGENT_BATCH_SIZE', '0'],
    ['AGENT_SPOOL_LIMIT', '-1'],
    ['DEVICE_INTERVAL', 'often'],
  ])('refuse %s=%s by name', (variable, value) => {
    const read = () => readSettings(agentSettings, { [variable]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(`${variable} is `);
  });
});
