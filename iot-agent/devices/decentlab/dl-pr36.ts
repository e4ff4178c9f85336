import { liquidAbove, withDensity } from '../decentlab-pressure.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel, ModelSetting } from '../device-model.ts';
import { settingOrNominal } from '../settings.ts';

const PRESSURE_COUNTS: ModelSetting = {
  name: 'countsPerBar',
  description: 'counts for a bar, by the range of the probe',
  nominal: 8192,
  positive: true,
};

const PROBE: SensorGroup = {
  name: 'pressure and temperature',
  words: 2,
  read: ([pressure = 0, temperature = 0], settings) => ({
    ...liquidAbove(signed(pressure, settingOrNominal(settings, PRESSURE_COUNTS)), settings),
    waterTemperature: signed(temperature, 256),
  }),
};

const GROUPS = [PROBE, BATTERY];

/** Level by a hanging Keller 36X. */
export const dlPr36: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-pr36',
  description: 'High-precision pressure, liquid level and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-PR36-datasheet.pdf',
  feeds: ['WaterObserved', 'FloodMonitoring', 'WaterQualityObserved'],
  controlledProperty: ['waterLevel', 'pressure', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: withDensity(PRESSURE_COUNTS),
  examples: [
    {
      bytes: '02 032b 0003 8067 9781 0c2b',
      fPort: 1,
      measurements: {
        waterPressure: 1257.32421875,
        waterLevel: 0.128211389083,
        waterTemperature: 23.50390625,
        batteryVoltage: 3.115,
      },
      source: 'chirpstack-device-profiles, DL-PR36',
    },
    {
      bytes: '02 032b 0002 0c2b',
      fPort: 1,
      measurements: { batteryVoltage: 3.115 },
      source: 'computed by hand: battery only',
    },
  ],
};
