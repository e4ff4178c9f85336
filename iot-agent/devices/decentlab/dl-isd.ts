import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const STEM: SensorGroup = {
  name: 'stem size',
  words: 1,
  read: ([word = 0]) => ({ stemSize: word / 1000 }),
};

const GROUPS = [STEM, BATTERY];

/** How a stem grows, and shrinks in the heat of the day. */
export const dlIsd: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-isd',
  description: 'Stem dendrometer',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-ISD-datasheet.pdf',
  feeds: ['PlantObserved'],
  controlledProperty: ['depth'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 56e1 0003 0b52 0c52',
      fPort: 1,
      measurements: { stemSize: 2.898, batteryVoltage: 3.154 },
      source: 'chirpstack-device-profiles, DL-ISD',
    },
    {
      bytes: '02 56e1 0002 0c52',
      fPort: 1,
      measurements: { batteryVoltage: 3.154 },
      source: 'computed by hand: battery only',
    },
  ],
};
