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
      bytes: '01 0610 5C5D0000 01 0710 48A30000 01 0C10 B4000000 DD0A',
      fPort: 2,
      measurements: { soilTemperature: 23.9, soilMoisture: 41.8, soilConductivity: 180 },
      source: 'user guide, section 9.3.4, with the moisture that its bytes say',
    },
    {
      bytes: '01 0610 78ecffff 01 0710 48A30000 01 0C10 B4000000 0000',
      fPort: 2,
      measurements: { soilTemperature: -5, soilMoisture: 41.8, soilConductivity: 180 },
      source: 'computed by hand from the list of measurement IDs: frozen soil',
    },
  ],
};
