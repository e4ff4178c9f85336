import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { joined } from '../decentlab-words.ts';
import type { DeviceModel, ModelSetting } from '../device-model.ts';
import { settingOrNominal } from '../settings.ts';

const BUCKET: ModelSetting = {
  name: 'millimetresPerTip',
  description: 'rain that tips the bucket once, mm',
  nominal: 0.1,
  positive: true,
};

const RAIN: SensorGroup = {
  name: 'rain',
  words: 4,
  read: ([tips = 0, interval = 0, low = 0, high = 0], settings) => {
    const millimetres = settingOrNominal(settings, BUCKET);
    return {
      precipitation: tips * millimetres,
      observationInterval: interval,
      precipitationTotal: joined(low, high) * millimetres,
    };
  },
};

const GROUPS = [RAIN, BATTERY];

/** Rain by the tips of a bucket. */
export const dlTbrg: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-tbrg',
  description: 'Tipping bucket rain gauge',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-TBRG-datasheet.pdf',
  feeds: ['WeatherObserved'],
  controlledProperty: ['precipitation'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: [BUCKET],
  examples: [
    {
      bytes: '02 02f8 0003 0004 0258 409a 0000 0c54',
      fPort: 1,
      measurements: {
        precipitation: 0.4,
        observationInterval: 600,
        precipitationTotal: 1653.8000000000002,
        batteryVoltage: 3.156,
      },
      source: 'chirpstack-device-profiles, DL-TBRG',
    },
    {
      bytes: '02 02f8 0002 0c54',
      fPort: 1,
      measurements: { batteryVoltage: 3.156 },
      source: 'computed by hand: battery only',
    },
  ],
};
