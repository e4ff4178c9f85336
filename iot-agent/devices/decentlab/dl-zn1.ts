import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

/** Micrometres from one end of the dendrometer to the other. */
const TRAVEL = 20_000;

const DENDROMETER: SensorGroup = {
  name: 'dendrometer',
  words: 2,
  read: ([low = 0, high = 0]) => ({ dendrometerPosition: converterRatio(low, high) * TRAVEL }),
};

const GROUPS = [DENDROMETER, BATTERY];

/** How a trunk grows. */
export const dlZn1: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-zn1',
  description: 'Dendrometer',
  documentation: 'https://www.decentlab.com/products/dendrometer-for-lorawan',
  feeds: ['PlantObserved'],
  controlledProperty: ['depth'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 1111 0003 409a 0086 0c54',
      fPort: 1,
      measurements: { dendrometerPosition: 976.9296646118164, batteryVoltage: 3.156 },
      source: 'chirpstack-device-profiles, DL-ZN1',
    },
    {
      bytes: '02 1111 0002 0c54',
      fPort: 1,
      measurements: { batteryVoltage: 3.156 },
      source: 'computed by hand: battery only',
    },
  ],
};
