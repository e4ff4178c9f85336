import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const LEVELS = 16;

const PROFILE: SensorGroup = {
  name: 'temperature profile',
  words: LEVELS,
  read: (words) =>
    Object.fromEntries(words.map((word, level) => [`temperature${level + 1}`, signed(word, 100)])),
};

const GROUPS = [PROFILE, BATTERY];

/** Temperature in up to sixteen depths. */
export const dlTp: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-tp',
  description: 'Temperature profile of soil, ice or water',
  documentation: 'https://www.decentlab.com/products/temperature-profile-for-lorawan',
  feeds: ['TemperatureSensor'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes:
        '02 3e3e 0003 8abc 8a92 8aa0 8a84 8ab3 8a89 8ac3 8aad 8ab7 8a92 8aa1 0000 0000 0000 0000 0000 0afc',
      fPort: 1,
      measurements: {
        temperature1: 27.48,
        temperature2: 27.06,
        temperature3: 27.2,
        temperature4: 26.92,
        temperature5: 27.39,
        temperature6: 26.97,
        temperature7: 27.55,
        temperature8: 27.33,
        temperature9: 27.43,
        temperature10: 27.06,
        temperature11: 27.21,
        batteryVoltage: 2.812,
      },
      source: 'chirpstack-device-profiles, DL-TP',
    },
    {
      bytes: '02 3e3e 0002 0afc',
      fPort: 1,
      measurements: { batteryVoltage: 2.812 },
      source: 'computed by hand: battery only',
    },
  ],
};
