import { digisens } from '../decentlab-digisens.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const WATER = digisens('water', 3, ([saturation = 0, milligrams = 0, parts = 0]) => ({
  oxygenSaturation: signed(saturation, 100),
  dissolvedOxygen: signed(milligrams, 100),
  dissolvedOxygenPpm: signed(parts, 100),
}));

const GROUPS = [WATER, BATTERY];

/** What fish breathe. */
export const dlOptod: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-optod',
  description: 'Optical dissolved oxygen and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-OPTOD-datasheet.pdf',
  feeds: ['WaterQualityObserved'],
  controlledProperty: ['waterPollution', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 186c 0003 0000 8862 a618 8365 8365 0c60',
      fPort: 1,
      measurements: {
        probeStatus: 0,
        waterTemperature: 21.46,
        oxygenSaturation: 97.52,
        dissolvedOxygen: 8.69,
        dissolvedOxygenPpm: 8.69,
        batteryVoltage: 3.168,
      },
      source: 'chirpstack-device-profiles, DL-OPTOD',
    },
    {
      bytes: '02 186c 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
