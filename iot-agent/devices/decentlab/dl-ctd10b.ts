import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const WATER: SensorGroup = {
  name: 'water',
  words: 4,
  read: ([millimetres = 0, temperature = 0, conductivity = 0, freezing = 0]) => ({
    waterLevel: signed(millimetres, 1000),
    waterTemperature: signed(temperature, 10),
    electricalConductivity: 2 * conductivity,
    freezing: freezing !== 0,
  }),
};

const GROUPS = [WATER, BATTERY];

/** Level and conductivity of water; its conductivity comes in steps of two. */
export const dlCtd10b: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-ctd10b',
  description:
    'Liquid level, temperature and electrical conductivity sensor with a wider range of conductivity',
  documentation:
    'https://www.decentlab.com/products/pressure-/-liquid-level-temperature-and-electrical-conductivity-sensor-for-lorawan',
  feeds: ['WaterObserved', 'WaterQualityObserved', 'FloodMonitoring'],
  controlledProperty: ['waterLevel', 'temperature', 'conductivity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 07d9 0003 9088 8081 0064 0000 0c60',
      fPort: 1,
      measurements: {
        waterLevel: 4.232,
        waterTemperature: 12.9,
        electricalConductivity: 200,
        freezing: false,
        batteryVoltage: 3.168,
      },
      source: 'chirpstack-device-profiles, DL-CTD10B',
    },
    {
      bytes: '02 07d9 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
