import { converterVolts } from '../decentlab-analog.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

/** W/m² for a millivolt. */
const SENSITIVITY = 5;

const RADIATION: SensorGroup = {
  name: 'radiation',
  words: 1,
  read: ([word = 0]) => ({ solarRadiation: converterVolts(word) * 1000 * SENSITIVITY }),
};

const GROUPS = [RADIATION, BATTERY];

/** The radiation of the sun and the sky. */
export const dlPyr: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-pyr',
  description: 'Total solar radiation sensor',
  documentation: 'https://www.decentlab.com/products/total-solar-radiation-sensor-for-lorawan',
  feeds: ['WeatherObserved'],
  controlledProperty: ['solarRadiation'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 0291 0003 8069 0c60',
      fPort: 1,
      measurements: { solarRadiation: 48.065185546875, batteryVoltage: 3.168 },
      source: 'chirpstack-device-profiles, DL-PYR',
    },
    {
      bytes: '02 0291 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
