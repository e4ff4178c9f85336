import { BATTERY, decodeDecentlab, type Readings, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

/** Raw values at which the probe says that it is broken or out of range. */
const NO_PERMITTIVITY = 4095;
const NO_TEMPERATURE = 1023;

/** Permittivity in fiftieths to water content in percent, by Topp's equation for mineral soil. */
function readSoil(fiftieths: number): Readings {
  if (fiftieths === NO_PERMITTIVITY) return {};
  const permittivity = fiftieths / 50;
  const content = 4.3e-6 * permittivity ** 3 - 5.5e-4 * permittivity ** 2 + 2.92e-2 * permittivity - 5.3e-2;
  return { soilPermittivity: permittivity, soilMoisture: 100 * content };
}

const SOIL: SensorGroup = {
  name: 'soil',
  words: 2,
  read: ([fiftieths = 0, temperature = 0]) => ({
    ...readSoil(fiftieths),
    soilTemperature: temperature === NO_TEMPERATURE ? undefined : (temperature - 400) / 10,
  }),
};

const GROUPS = [SOIL, BATTERY];

/** Moisture and temperature of soil, by a METER 5TM. */
export const dl5tm: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-5tm',
  description: 'Soil moisture and temperature sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-5TM-datasheet.pdf',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 023b 0003 0037 0271 0c60',
      fPort: 1,
      measurements: {
        soilPermittivity: 1.1,
        soilMoisture: -2.15397767,
        soilTemperature: 22.5,
        batteryVoltage: 3.168,
      },
      source: 'chirpstack-device-profiles, DL-5TM',
    },
    {
      bytes: '02 023b 0003 0fff 03ff 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: a probe that says that it is broken',
    },
    {
      bytes: '02 023b 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
