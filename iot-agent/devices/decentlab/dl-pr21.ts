import { rangedProbe } from '../decentlab-keller.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const PROBE = rangedProbe(-1, 10);

const GROUPS = [PROBE.group, BATTERY];

/** Pressure by a screwed-in Keller 21Y. */
export const dlPr21: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-pr21',
  description: 'Pressure, liquid level and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-PR21-datasheet.pdf',
  feeds: ['WaterObserved', 'FloodMonitoring', 'WaterQualityObserved'],
  controlledProperty: ['pressure', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: PROBE.settings,
  examples: [
    {
      bytes: '02 0167 0003 4e80 6017 0c7f',
      fPort: 1,
      measurements: {
        waterPressure: 24609.375,
        waterLevel: 2.50945786788,
        waterTemperature: 25.671875,
        batteryVoltage: 3.199,
      },
      source: 'chirpstack-device-profiles, DL-PR21',
    },
    {
      bytes: '02 0167 0002 0c7f',
      fPort: 1,
      measurements: { batteryVoltage: 3.199 },
      source: 'computed by hand: battery only',
    },
  ],
};
