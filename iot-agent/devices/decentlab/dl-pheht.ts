import { digisens } from '../decentlab-digisens.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const WATER = digisens('water', 3, ([ph = 0, redox = 0, electrode = 0]) => ({
  ph: signed(ph, 100),
  oxidationReductionPotential: signed(redox, 10),
  phPotential: signed(electrode, 10),
}));

const GROUPS = [WATER, BATTERY];

/** How sour water is. */
export const dlPheht: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-pheht',
  description: 'pH, redox potential and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-PHEHT-datasheet.pdf',
  feeds: ['WaterQualityObserved'],
  controlledProperty: ['pH', 'orp', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 52b8 0003 0000 8842 82c7 7f63 7ff6 0c5c',
      fPort: 1,
      measurements: {
        probeStatus: 0,
        waterTemperature: 21.14,
        ph: 7.11,
        oxidationReductionPotential: -15.7,
        phPotential: -1,
        batteryVoltage: 3.164,
      },
      source: 'chirpstack-device-profiles, DL-PHEHT',
    },
    {
      bytes: '02 52b8 0002 0c5c',
      fPort: 1,
      measurements: { batteryVoltage: 3.164 },
      source: 'computed by hand: battery only',
    },
  ],
};
