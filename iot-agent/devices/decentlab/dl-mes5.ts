import { digisens } from '../decentlab-digisens.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const WATER = digisens('water', 3, ([sludge = 0, solids = 0, turbidity = 0]) => ({
  sludgeBlanket: sludge / 100,
  // Sent in hundredths of a gram in a litre.
  suspendedSolids: solids * 10,
  turbidityFau: turbidity / 10,
}));

const GROUPS = [WATER, BATTERY];

/** What floats in water, and how high the sludge stands. */
export const dlMes5: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-mes5',
  description: 'Suspended solids, turbidity and sludge blanket sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-MES5-datasheet.pdf',
  feeds: ['WaterQualityObserved'],
  controlledProperty: ['tss', 'turbidity', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 4e03 0003 0000 88e6 2108 00f2 2365 0af5',
      fPort: 1,
      measurements: {
        probeStatus: 0,
        waterTemperature: 22.78,
        sludgeBlanket: 84.56,
        suspendedSolids: 2420,
        turbidityFau: 906.1,
        batteryVoltage: 2.805,
      },
      source: 'chirpstack-device-profiles, DL-MES5',
    },
    {
      bytes: '02 4e03 0002 0af5',
      fPort: 1,
      measurements: { batteryVoltage: 2.805 },
      source: 'computed by hand: battery only',
    },
  ],
};
