import { rangedProbe } from '../decentlab-keller.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const PROBE = rangedProbe(0, 1);

const GROUPS = [PROBE.group, BATTERY];

/** Level by a hanging Keller 26Y. */
export const dlPr26: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-pr26',
  description: 'Pressure, liquid level and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-PR26-datasheet.pdf',
  feeds: ['WaterObserved', 'FloodMonitoring', 'WaterQualityObserved'],
  controlledProperty: ['waterLevel', 'pressure', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: PROBE.settings,
  examples: [
    {
      bytes: '02 0167 0003 3e80 6017 0c7f',
      fPort: 1,
      measurements: {
        waterPressure: -1171.875,
        waterLevel: -0.119497993708,
        waterTemperature: 25.671875,
        batteryVoltage: 3.199,
      },
      source: 'chirpstack-device-profiles, DL-PR26',
    },
    {
      bytes: '02 0167 0002 0c7f',
      fPort: 1,
      measurements: { batteryVoltage: 3.199 },
      source: 'computed by hand: battery only',
    },
  ],
};
