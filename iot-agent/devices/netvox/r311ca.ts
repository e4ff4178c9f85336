import type { DeviceModel } from '../device-model.ts';
import { batteryVoltage, netvoxDecoder } from '../netvox-payload.ts';

const DEVICE_TYPE = 0x4c;

const decode = netvoxDecoder('an R311CA', DEVICE_TYPE, {
  1: (r) => ({
    ...batteryVoltage(r),
    digitalInput1: r.uint8('first contact') !== 0,
    digitalInput2: r.uint8('second contact') !== 0,
  }),
});

/** Two dry contacts. */
export const r311ca: DeviceModel = {
  vendor: 'netvox',
  model: 'r311ca',
  description: 'Two-channel dry contact sensor',
  documentation: 'http://www.netvox.com.tw/um/R311CA/R311CAUserManual.pdf',
  feeds: ['ContactSensor'],
  controlledProperty: ['gateOpening'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '01 4c 01 1c 01 00 0000000000',
      fPort: 6,
      measurements: { batteryVoltage: 2.8, digitalInput1: true, digitalInput2: false },
      source: 'user manual, example of uplink',
    },
  ],
};
