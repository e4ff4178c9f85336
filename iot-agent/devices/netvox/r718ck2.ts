import type { DeviceModel } from '../device-model.ts';
import { batteryVoltage, netvoxDecoder } from '../netvox-payload.ts';

const DEVICE_TYPE = 0x16;

const decode = netvoxDecoder('an R718CK2', DEVICE_TYPE, {
  1: (r) => ({
    ...batteryVoltage(r),
    externalTemperature1: r.int16('first temperature') / 10,
    externalTemperature2: r.int16('second temperature') / 10,
  }),
});

/** Two temperatures by thermocouples of type K. */
export const r718ck2: DeviceModel = {
  vendor: 'netvox',
  model: 'r718ck2',
  description: 'Two-channel thermocouple sensor',
  documentation: 'http://www.netvox.com.tw/um/R718CK2/R718CK2UserManual.pdf',
  feeds: ['TemperatureSensor'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode,
  examples: [
    {
      bytes: '01 16 01 24 00fd 0109 000000',
      fPort: 6,
      measurements: { batteryVoltage: 3.6, externalTemperature1: 25.3, externalTemperature2: 26.5 },
      source: 'user manual, example 1 of uplink',
    },
  ],
};
