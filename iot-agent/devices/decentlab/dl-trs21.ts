import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const SOIL: SensorGroup = {
  name: 'soil',
  words: 2,
  // Soil sucks: its potential is never above zero, and sent without the sign.
  read: ([suction = 0, temperature = 0]) => ({
    soilWaterPotential: -suction / 10,
    soilTemperature: signed(temperature, 10),
  }),
};

const GROUPS = [SOIL, BATTERY];

/** How hard roots must pull, by a METER TEROS 21. */
export const dlTrs21: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-trs21',
  description: 'Soil water potential and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-TRS21-datasheet.pdf',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 0192 0003 0075 80a1 0c25',
      fPort: 1,
      measurements: { soilWaterPotential: -11.7, soilTemperature: 16.1, batteryVoltage: 3.109 },
      source: 'chirpstack-device-profiles, DL-TRS21',
    },
    {
      bytes: '02 0192 0002 0c25',
      fPort: 1,
      measurements: { batteryVoltage: 3.109 },
      source: 'computed by hand: battery only',
    },
  ],
};
