import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const DEPTHS = 8;

/** Moisture in steps of 0.002, from -5; zero where the probe ends. */
const moisture = (word: number): number | undefined => (word === 0 ? undefined : (word - 2500) / 500);

const PROFILE: SensorGroup = {
  name: 'soil profile',
  words: 2 * DEPTHS,
  read: (words) => {
    const depths = Array.from({ length: DEPTHS }, (_, depth) => depth);
    const readings = depths.flatMap((depth) => [
      [`soilMoisture${depth + 1}`, moisture(words[2 * depth] ?? 0)] as const,
      [`soilTemperature${depth + 1}`, signed(words[2 * depth + 1] ?? 0, 100)] as const,
    ]);
    return Object.fromEntries(readings);
  },
};

const GROUPS = [PROFILE, BATTERY];

/** Soil in up to eight depths. */
export const dlSmtp: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-smtp',
  description: 'Soil moisture and temperature profile',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-SMTP-datasheet.pdf',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes:
        '02 0b50 0003 0901 8a8c 0943 8a98 0927 8a92 0b3c 8aa5 0c9c 8a8c 11e0 8aa5 0000 0000 0000 0000 0b3b',
      fPort: 1,
      measurements: {
        soilMoisture1: -0.39,
        soilTemperature1: 27,
        soilMoisture2: -0.258,
        soilTemperature2: 27.12,
        soilMoisture3: -0.314,
        soilTemperature3: 27.06,
        soilMoisture4: 0.752,
        soilTemperature4: 27.25,
        soilMoisture5: 1.456,
        soilTemperature5: 27,
        soilMoisture6: 4.152,
        soilTemperature6: 27.25,
        batteryVoltage: 2.875,
      },
      source: 'chirpstack-device-profiles, DL-SMTP',
    },
    {
      bytes: '02 0b50 0002 0b3b',
      fPort: 1,
      measurements: { batteryVoltage: 2.875 },
      source: 'computed by hand: battery only',
    },
  ],
};
