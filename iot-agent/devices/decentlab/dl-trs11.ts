import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { readTeros } from '../decentlab-teros.ts';
import type { DeviceModel } from '../device-model.ts';

const SOIL: SensorGroup = {
  name: 'soil',
  words: 2,
  read: ([tenths = 0, temperature = 0]) => readTeros(tenths, temperature),
};

const GROUPS = [SOIL, BATTERY];

/** Soil by a METER TEROS 11. */
export const dlTrs11: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-trs11',
  description: 'Soil moisture and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-TRS11-datasheet.pdf',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 10d5 0003 463f 810b 0c79',
      fPort: 1,
      measurements: {
        soilPermittivity: 1.0259018697121183,
        soilMoisture: 0.196057,
        soilTemperature: 26.7,
        batteryVoltage: 3.193,
      },
      source: 'chirpstack-device-profiles, DL-TRS11',
    },
    {
      bytes: '02 10d5 0002 0c79',
      fPort: 1,
      measurements: { batteryVoltage: 3.193 },
      source: 'computed by hand: battery only',
    },
  ],
};
