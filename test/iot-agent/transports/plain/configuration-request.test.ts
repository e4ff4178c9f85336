import { describe, expect, it } from '@jest/globals';
import {
  configurationText,
  parseConfigurationRequest,
} from '../../../../iot-agent/transports/plain/configuration-request.ts';

const sender = { apikey: 'k1', deviceId: 'dev' };

describe('parseConfigurationRequest', () => {
  it.each([
    ['{"type":"configuration","fields":["sleepTime","sleepTime"]}', 'iot-agent-json', 'configuration'],
    ['subscription|sleepTime', 'ultralight', 'subscription'],
  ] as const)('reads %s', (text, protocol, type) => {
    const request = { ...sender, type, fields: ['sleepTime'], protocol };
    expect(parseConfigurationRequest(text, sender, protocol)).toEqual(request);
  });

  it.each([
    ['[]', 'iot-agent-json', /JSON object/],
    ['{', 'iot-agent-json', /not JSON/],
    ['{"type":"reset","fields":["a"]}', 'iot-agent-json', /type .* must be configuration or subscription/],
    ['{"type":"configuration","fields":"a"}', 'iot-agent-json', /fields must be/],
    ['{"type":"configuration","fields":[1]}', 'iot-agent-json', /fields must be/],
    ['configuration', 'ultralight', /fields must be/],
    ['configuration|', 'ultralight', /fields must be/],
  ] as const)('refuses %s', (text, protocol, reason) => {
    expect(() => parseConfigurationRequest(text, sender, protocol)).toThrow(reason);
  });
});

describe('configurationText', () => {
  const now = Date.UTC(2016, 0, 25, 9, 27, 3, 500) * 1000;

  it('is JSON with the time', () => {
    expect(configurationText({ ...sender, protocol: 'iot-agent-json' }, { sleepTime: '200' }, now)).toBe(
      '{"sleepTime":"200","dt":"20160125T092703Z"}',
    );
  });

  it('is UltraLight with the time', () => {
    expect(configurationText({ ...sender, protocol: 'ultralight' }, { pollingInterval: 200 }, now)).toBe(
      'dev@configuration|pollingInterval=200|dt=20160125T092703Z',
    );
  });
});
