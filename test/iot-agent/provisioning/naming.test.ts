import { describe, expect, it } from '@jest/globals';
import { nameBy, namingFault } from '../../../iot-agent/provisioning/naming.ts';

describe('a template of entity names', () => {
  const values = { type: 'Room', devEui: '70B3D57BA0000001', deviceId: 'pm 04/é' };

  it.each([
    ['urn:ngsi-ld:{type}:{devEui}', 'urn:ngsi-ld:Room:70b3d57ba0000001'],
    ['urn:x:{deviceId}', 'urn:x:pm%2004%2F%C3%A9'],
    ['urn:x:{deviceId}:{deviceId}', 'urn:x:pm%2004%2F%C3%A9:pm%2004%2F%C3%A9'],
  ])('%s becomes %s', (template, name) => {
    expect(namingFault(template)).toBeUndefined();
    expect(nameBy(template, values)).toBe(name);
  });

  it('takes the name where there is no DevEUI', () => {
    expect(nameBy('urn:x:{devEui}', { type: 'Room', deviceId: 'r1' })).toBe('urn:x:r1');
  });

  it.each([
    ['urn:x', 'must have {devEui} or {deviceId}'],
    ['urn:x:{type}', 'must have {devEui} or {deviceId}'],
    ['urn:x:{}:{devEui}', 'has {}'],
    ['urn:x:{constructor}:{devEui}', 'has {constructor}'],
  ])('%s is refused', (template, fault) => {
    expect(namingFault(template)).toContain(fault);
  });
});
