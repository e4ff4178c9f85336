import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { readTeros } from '../decentlab-teros.ts';
import type { DeviceModel } from '../device-model.ts';

const SOIL: SensorGroup = {
  name: 'soil',
  words: 3,
  read: ([tenths = 0, temperature = 0, conductivity = 0]) => ({
    ...readTeros(tenths, temperature),
    soilConductivity: conductivity,
  }),
};

const GROUPS = [SOIL, BATTERY];

/** Soil by a METER TEROS 12. */
export const dlTrs12: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-trs12',
  description: 'Soil moisture, temperature and electrical conductivity sensor',
  documentation:
    'https://www.decentlab.com/products/soil-moisture-temperature-and-electrical-conductivity-sensor-for-lorawan',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature', 'conductivity'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 10d3 0003 46be 813d 0000 0c80',
      fPort: 1,
      measurements: {
        soilPermittivity: 1.1831248966814998,
        soilMoisture: 0.68869,
        soilTemperature: 31.7,
        soilConductivity: 0,
        batteryVoltage: 3.2,
      },
      source: 'chirpstack-device-profiles, DL-TRS12',
    },
    {
      bytes: '02 10d3 0002 0c80',
      fPort: 1,
      measurements: { batteryVoltage: 3.2 },
      source: 'computed by hand: battery only',
    },
  ],
};
