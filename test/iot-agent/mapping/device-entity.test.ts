import { describe, expect, it } from '@jest/globals';
import { dlPm } from '../../../iot-agent/devices/decentlab/dl-pm.ts';
import { deviceEntity } from '../../../iot-agent/mapping/device-entity.ts';
import { missingFromDevice } from '../../../iot-agent/mapping/missing-settings.ts';
import { lorawanDevice, OBSERVED_AT, OBSERVED_AT_TEXT, plainDevice, single } from './sample-device.ts';

const describeDevice = (...known: Parameters<typeof deviceEntity>) => single(deviceEntity(...known));
const device = lorawanDevice('AirQualityObserved');
const read = (value: number, observedAt = OBSERVED_AT) => ({ value, observedAt });

describe('deviceEntity', () => {
  it('tells what the device is, how it is, and which Entity it feeds; never a value', () => {
    const state = {
      observedAt: OBSERVED_AT,
      batteryLevel: read(0.883, OBSERVED_AT - 1_250_000),
      rssi: read(-87),
      deviceState: 'ok',
      dateLastValueReported: OBSERVED_AT,
    };
    expect(describeDevice(device, dlPm, state)).toEqual({
      kind: 'entity',
      context: 'https://smart-data-models.github.io/dataModel.Device/context.jsonld',
      observedAt: OBSERVED_AT,
      entity: {
        id: 'urn:ngsi-ld:Device:pm-04',
        type: 'Device',
        controlledProperty: { type: 'Property', value: dlPm.controlledProperty },
        category: { type: 'Property', value: ['sensor'] },
        supportedProtocol: { type: 'Property', value: ['lora'] },
        serialNumber: { type: 'Property', value: '70B3D57BA0000123' },
        controlledAsset: { type: 'Relationship', object: ['urn:ngsi-ld:AirQualityObserved:pm-04'] },
        deviceState: { type: 'Property', value: 'ok', observedAt: OBSERVED_AT_TEXT },
        batteryLevel: { type: 'Property', value: 0.883, unitCode: 'C62', observedAt: '2026-11-24T09:59:59Z' },
        rssi: { type: 'Property', value: -87, unitCode: 'DBM', observedAt: OBSERVED_AT_TEXT },
        dateLastValueReported: { type: 'Property', value: OBSERVED_AT_TEXT },
      },
    });
  });

  it('leaves out what is not known, and takes -1 for a battery that cannot say', () => {
    const bare = describeDevice(device, dlPm, { observedAt: OBSERVED_AT });
    expect(bare).not.toHaveProperty('entity.batteryLevel');
    expect(bare).not.toHaveProperty('entity.rssi');
    expect(describeDevice(device, dlPm, { observedAt: OBSERVED_AT, batteryLevel: read(-1) })).toMatchObject({
      entity: { batteryLevel: { value: -1 } },
    });
  });

  it.each([88.3, -0.5, 1.01])('refuses a battery level of %d', (level) => {
    const batteryLevel = read(level);
    expect(describeDevice(device, dlPm, { observedAt: OBSERVED_AT, batteryLevel })).toMatchObject({
      kind: 'invalid',
      attribute: 'batteryLevel',
    });
  });

  it('escapes what a URN cannot hold', () => {
    const odd = { ...device, deviceId: 'pm 04/é\ud800' };
    expect(describeDevice(odd, dlPm, { observedAt: OBSERVED_AT })).toMatchObject({
      entity: { id: 'urn:ngsi-ld:Device:pm%2004%2F%C3%A9%EF%BF%BD' },
    });
  });
});

describe('missingFromDevice', () => {
  it('names what a device still needs before its uplinks become Entities', () => {
    expect(missingFromDevice(device, [])).toEqual([]);
    expect(missingFromDevice({ ...device, staticAttributes: [] }, [])).toEqual(['location']);
    const bin = lorawanDevice('WasteContainer', {
      staticAttributes: [],
      internalAttributes: { fullDistance: 1 },
    });
    expect(missingFromDevice(bin, [{ distance: 1234 }])).toEqual([
      'location',
      'internal_attributes.emptyDistance',
    ]);
    expect(missingFromDevice(plainDevice(), [])).toEqual([]);
  });
});
