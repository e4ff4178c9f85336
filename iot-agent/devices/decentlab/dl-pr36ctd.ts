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

const CONDUCTIVITY_COUNTS: ModelSetting = {
  name: 'countsPerMillisiemens',
  description: 'counts for a mS/cm, by the range of the probe',
  nominal: 1024,
  positive: true,
};

const PROBE: SensorGroup = {
  name: 'pressure, temperature and conductivity',
  words: 4,
  read: ([pressure = 0, electronics = 0, water = 0, conductivity = 0], settings) => ({
    ...liquidAbove(signed(pressure, settingOrNominal(settings, PRESSURE_COUNTS)), settings),
    internalTemperature: signed(electronics, 256),
    waterTemperature: signed(water, 256),
    // From mS/cm to µS/cm.
    electricalConductivity: signed(conductivity, settingOrNominal(settings, CONDUCTIVITY_COUNTS) / 1000),
  }),
};

const GROUPS = [PROBE, BATTERY];

/** Level and conductivity by a hanging Keller 36XiW-CTD. */
export const dlPr36ctd: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-pr36ctd',
  description: 'High-precision pressure, liquid level, temperature and electrical conductivity sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-PR36CTD-datasheet.pdf',
  feeds: ['WaterObserved', 'WaterQualityObserved', 'FloodMonitoring'],
  controlledProperty: ['waterLevel', 'pressure', 'temperature', 'conductivity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: withDensity(PRESSURE_COUNTS, CONDUCTIVITY_COUNTS),
  examples: [
    {
      bytes: '02 0a17 0003 8007 9786 9781 8006 0c2b',
      fPort: 1,
      measurements: {
        waterPressure: 85.44921875,
        waterLevel: 0.00871339537457,
        internalTemperature: 23.5234375,
        waterTemperature: 23.50390625,
        electricalConductivity: 5.859375,
        batteryVoltage: 3.115,
      },
      source: 'chirpstack-device-profiles, DL-PR36CTD',
    },
    {
      bytes: '02 0a17 0002 0c2b',
      fPort: 1,
      measurements: { batteryVoltage: 3.115 },
      source: 'computed by hand: battery only',
    },
  ],
};
