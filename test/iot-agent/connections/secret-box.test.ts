import { describe, expect, it } from '@jest/globals';
import {
  hideSecrets,
  keepSecrets,
  lacksSecrets,
  openConnection,
  sealConnection,
} from '../../../iot-agent/connections/connection-secrets.ts';
import { secretBox } from '../../../iot-agent/connections/secret-box.ts';
import type { ConnectionRecord } from '../../../iot-agent/registry/connection.ts';

const key = 'a secret key of more than 32 characters';
const pem = '-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n';
const record: ConnectionRecord = {
  tenant: 'city',
  settings: {
    ...{ name: 'air', type: 'chirpstack', enabled: true },
    mqtt: { url: 'mqtts://broker', user: 'u', password: 'bell', cert: '/c.pem', key: pem },
    api: { url: 'https://lns', key: 'NNSXS' },
  },
};

describe('secretBox', () => {
  it('opens what it sealed, and never seals the same way twice', () => {
    const box = secretBox(key);
    const [one, two] = [box.seal('bell', 'p'), box.seal('bell', 'p')];
    expect(one).not.toBe(two);
    expect(one).not.toContain('bell');
    expect([box.open(one, 'p'), box.open(two, 'p')]).toEqual(['bell', 'bell']);
  });

  it.each([
    ['for another place', key, 'q', /another AGENT_SECRET_KEY/],
    ['with another key', `${key}!`, 'p', /another AGENT_SECRET_KEY/],
    ['without the key', undefined, 'p', /AGENT_SECRET_KEY is not set/],
  ])('does not open what was sealed %s', (_, other, place, reason) => {
    const sealed = secretBox(key).seal('bell', 'p');
    expect(() => secretBox(other).open(sealed, place)).toThrow(reason);
  });

  it('does not open what was changed', () => {
    const sealed = secretBox(key).seal('bell', 'p');
    const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    expect(() => secretBox(key).open(changed, 'p')).toThrow(/another AGENT_SECRET_KEY/);
  });

  it('leaves secrets as they are without a key, and opens those later on', () => {
    expect(secretBox(undefined).seal('bell', 'p')).toBe('bell');
    expect(secretBox(key).open('bell', 'p')).toBe('bell');
  });
});

describe('the secrets of a connection', () => {
  it('are all sealed, and open again', () => {
    const sealed = sealConnection(secretBox(key), record);
    expect(JSON.stringify(sealed)).not.toMatch(/bell|MIG|NNSXS/);
    expect(sealed.settings.mqtt).toMatchObject({ url: 'mqtts://broker', user: 'u', cert: '/c.pem' });
    expect(openConnection(secretBox(key), sealed)).toEqual(record);
  });

  it('are hidden from people, sealed or not; the name of a file is none', () => {
    for (const one of [record, sealConnection(secretBox(key), record)])
      expect(hideSecrets(one.settings)).toMatchObject({
        mqtt: { password: '***', key: '***', cert: '/c.pem' },
        api: { key: '***' },
      });
    const file = { ...record.settings, mqtt: { url: 'mqtts://b', key: '/key.pem' } };
    const sealed = sealConnection(secretBox(key), { tenant: '', settings: file }).settings;
    expect(hideSecrets(sealed).mqtt?.key).toBe('/key.pem');
  });

  it('stay where asterisks come back', () => {
    const back = { ...hideSecrets(record.settings), api: { url: 'https://other', key: 'new' } };
    expect(keepSecrets(back, record.settings)).toEqual({ ...record.settings, api: back.api });
  });

  it('do not stay for another server', () => {
    const shown = hideSecrets(record.settings);
    const moved = { ...shown, api: { ...shown.api, url: 'https://other' } };
    const changed = keepSecrets(moved, record.settings);
    expect(changed.api?.key).toBe('***');
    expect(changed.mqtt).toEqual(record.settings.mqtt);
    expect(lacksSecrets(changed)).toBe(true);
  });

  it('of one connection open in no other', () => {
    const { settings } = sealConnection(secretBox(key), record);
    const stolen = { tenant: 'city', settings: { ...settings, name: 'bins' } };
    expect(() => openConnection(secretBox(key), stolen)).toThrow(/sealed with another/);
  });
});
