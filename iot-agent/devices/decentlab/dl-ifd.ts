import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const FRUIT: SensorGroup = {
  name: 'fruit size',
  words: 1,
  read: ([word = 0]) => ({ fruitSize: word / 100 }),
};

const GROUPS = [FRUIT, BATTERY];

/** How a fruit grows. */
export const dlIfd: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-ifd',
  description: 'Fruit size dendrometer',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-IFD-datasheet.pdf',
  feeds: ['PlantObserved'],
  controlledProperty: ['depth'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 56dc 0003 02bc 0c48',
      fPort: 1,
      measurements: { fruitSize: 7, batteryVoltage: 3.144 },
      source: 'chirpstack-device-profiles, DL-IFD',
    },
    {
      bytes: '02 56dc 0002 0c48',
      fPort: 1,
      measurements: { batteryVoltage: 3.144 },
      source: 'computed by hand: battery only',
    },
  ],
};
