import { digisens } from '../decentlab-digisens.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const WATER = digisens('water', 3, ([nephelometric = 0, formazin = 0, solids = 0]) => ({
  turbidity: nephelometric / 10,
  turbidityFnu: formazin / 10,
  suspendedSolids: solids / 10,
}));

const GROUPS = [WATER, BATTERY];

/** How cloudy water is. */
export const dlNtu: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-ntu',
  description: 'Turbidity sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-NTU-datasheet.pdf',
  feeds: ['WaterQualityObserved'],
  controlledProperty: ['turbidity', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 2332 0003 0000 8885 013e 013e 0233 0b10',
      fPort: 1,
      measurements: {
        probeStatus: 0,
        waterTemperature: 21.81,
        turbidity: 31.8,
        turbidityFnu: 31.8,
        suspendedSolids: 56.3,
        batteryVoltage: 2.832,
      },
      source: 'chirpstack-device-profiles, DL-NTU',
    },
    {
      bytes: '02 2332 0002 0b10',
      fPort: 1,
      measurements: { batteryVoltage: 2.832 },
      source: 'computed by hand: battery only',
    },
  ],
};
