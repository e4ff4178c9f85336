import { describe, expect, it } from '@jest/globals';
import { resolveDevice } from '../../../iot-agent/registry/resolve-device.ts';
import type {
  AttributeSettings,
  DeviceSettings,
  GroupSettings,
} from '../../../iot-agent/registry/settings.ts';

const owner = { tenant: 'city', servicePath: '/air' };
const resolve = (device: Partial<DeviceSettings>, group?: Partial<GroupSettings>) =>
  resolveDevice(
    { ...owner, settings: { device_id: 'd1', entity_type: 'Room', entity_name: 'urn:r:1', ...device } },
    group && { ...owner, settings: { apikey: 'k', ...group } },
  );
const attribute = (name: string, more: Partial<AttributeSettings> = {}): AttributeSettings => ({
  name,
  type: 'Number',
  ...more,
});

describe('a device and its group', () => {
  it('give settings of the device before those of the group', () => {
    const group = {
      explicitAttrs: true,
      unmapped: 'keep',
      timezone: 'UTC',
      payloadType: 'NGSIv2',
      entityNameExp: 'sn',
      internal_attributes: { relay: 1, height: 2 },
    } as const;
    expect(resolve({}, group)).toMatchObject({
      servicePath: '/air',
      apikey: 'k',
      explicitAttrs: true,
      unmapped: 'keep',
      timezone: 'UTC',
      payloadType: 'ngsiv2',
      entityNameExp: 'sn',
    });
    const device = {
      explicitAttrs: ['a'],
      unmapped: 'drop',
      timezone: 'Europe/Brussels',
      payloadType: 'iotagent',
      internal_attributes: { relay: 3 },
    } as const;
    expect(resolve(device, group)).toMatchObject({
      explicitAttrs: ['a'],
      unmapped: 'drop',
      timezone: 'Europe/Brussels',
      payloadType: 'iotagent',
      internalAttributes: { relay: 3, height: 2 },
    });
    expect(resolve({ payloadType: 'sparkplug' })).not.toHaveProperty('payloadType');
  });

  it("put the device's attributes in the place of the group's of the same name and Entity, in the group's order", () => {
    const meter = (number: number, more = {}) =>
      attribute('vol', { object_id: `v${number}`, entity_name: `meter${number}`, ...more });
    const group = { attributes: [meter(1), attribute('a'), meter(2), attribute('b')] };
    const own = [attribute('c'), meter(2, { type: 'Text' }), attribute('a', { expression: 'b' })];
    expect(resolve({ attributes: own }, group).attributes).toEqual([
      meter(1),
      attribute('a', { expression: 'b' }),
      meter(2, { type: 'Text' }),
      attribute('b'),
      attribute('c'),
    ]);
    const twice = [attribute('a', { object_id: 'x' }), attribute('b'), attribute('a', { object_id: 'y' })];
    expect(resolve({ attributes: twice }, {}).attributes).toEqual(twice);
    expect(resolve({}, { attributes: twice }).attributes).toEqual(twice);
  });

  it('call what has a quantity after it, when it has no name', () => {
    const attributes = [
      { object_id: 't', quantity: 'temperature', unit: 'FAH' },
      { name: 'inside', quantity: 'temperature' },
    ];
    expect(resolve({ attributes }).attributes).toEqual([
      { object_id: 't', name: 'temperature', type: 'Number', quantity: 'temperature', unit: 'FAH' },
      { name: 'inside', type: 'Number', quantity: 'temperature' },
    ]);
  });
});
