import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const LEAF: SensorGroup = {
  name: 'leaf wetness',
  words: 2,
  read: ([low = 0, high = 0]) => ({ leafWetness: 100 * converterRatio(low, high) }),
};

const GROUPS = [LEAF, BATTERY];

/** How wet leaves are: fungi need them so. */
export const dlLws: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-lws',
  description: 'Leaf wetness sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-LWS-datasheet.pdf',
  feeds: ['PlantObserved'],
  controlledProperty: ['humidity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 1111 0003 409a 0086 0c54',
      fPort: 1,
      measurements: { leafWetness: 4.884648323059082, batteryVoltage: 3.156 },
      source: 'chirpstack-device-profiles, DL-LWS',
    },
    {
      bytes: '02 1111 0002 0c54',
      fPort: 1,
      measurements: { batteryVoltage: 3.156 },
      source: 'computed by hand: battery only',
    },
  ],
};
