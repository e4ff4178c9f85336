import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

/** Micrometres from one end of a dendrometer to the other. */
const TRAVEL = 20_000;

const DENDROMETERS: SensorGroup = {
  name: 'dendrometers',
  words: 4,
  read: ([lowA = 0, highA = 0, lowB = 0, highB = 0]) => {
    const first = converterRatio(lowA, highA);
    // The second one is sent as what the first is beyond it.
    const second = first - converterRatio(lowB, highB);
    return { dendrometerPosition1: first * TRAVEL, dendrometerPosition2: second * TRAVEL };
  },
};

const GROUPS = [DENDROMETERS, BATTERY];

/** How a trunk grows, at two places. */
export const dlZn2: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-zn2',
  description: 'Two dendrometers',
  documentation: 'https://www.decentlab.com/products/dendrometer-for-lorawan',
  feeds: ['PlantObserved'],
  controlledProperty: ['depth'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 1111 0003 409a 0086 3039 003e 0c54',
      fPort: 1,
      measurements: {
        dendrometerPosition1: 976.9296646118164,
        dendrometerPosition2: 11259.996891021729,
        batteryVoltage: 3.156,
      },
      source: 'chirpstack-device-profiles, DL-ZN2',
    },
    {
      bytes: '02 1111 0002 0c54',
      fPort: 1,
      measurements: { batteryVoltage: 3.156 },
      source: 'computed by hand: battery only',
    },
  ],
};
