import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const LEAF: SensorGroup = {
  name: 'leaf temperature',
  words: 1,
  read: ([word = 0]) => ({ leafTemperature: signed(word, 100) }),
};

const GROUPS = [LEAF, BATTERY];

/** How warm a leaf is. */
export const dlIlt: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-ilt',
  description: 'Leaf temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-ILT-datasheet.pdf',
  feeds: ['PlantObserved'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 56d2 0003 8a8c 0c9d',
      fPort: 1,
      measurements: { leafTemperature: 27, batteryVoltage: 3.229 },
      source: 'chirpstack-device-profiles, DL-ILT',
    },
    {
      bytes: '02 56d2 0002 0c9d',
      fPort: 1,
      measurements: { batteryVoltage: 3.229 },
      source: 'computed by hand: battery only',
    },
  ],
};
