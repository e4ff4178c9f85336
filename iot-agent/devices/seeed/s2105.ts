import type { DeviceModel } from '../device-model.ts';
import { sensecapDecoder } from '../sensecap-measurements.ts';

/** Temperature, moisture and conductivity of soil. */
export const s2105: DeviceModel = {
  vendor: 'seeed',
  model: 's2105',
  description: 'Soil moisture, temperature and conductivity sensor',
  documentation: 'https://sensecap-docs.seeed.cc/measurement_list.html',
  feeds: ['SoilObserved'],
  controlledProperty: ['soilMoisture', 'temperature'],
  category: ['sensor'],
  decode: sensecapDecoder('an S2105'),
  examples: [
    {
      bytes: '01 0610 b0680000 01 0710 10980000 01 0c10 2c010000 0000',
      fPort: 2,
      measurements: { soilTemperature: 26.8, soilMoisture: 38.928, soilConductivity: 300 },
      source: 'computed by hand from the list of measurement IDs',
    },
  ],
};
