import type { DeviceModel } from '../device-model.ts';
import { sensecapDecoder } from '../sensecap-measurements.ts';

/** How bright it is outdoors. */
export const s2102: DeviceModel = {
  vendor: 'seeed',
  model: 's2102',
  description: 'Light intensity sensor',
  documentation: 'https://sensecap-docs.seeed.cc/measurement_list.html',
  feeds: ['WeatherObserved'],
  controlledProperty: ['light'],
  category: ['sensor'],
  decode: sensecapDecoder('an S2102'),
  examples: [
    {
      bytes: '01 0310 40420f00 0000',
      fPort: 2,
      measurements: { illuminance: 1000 },
      source: 'computed by hand from the list of measurement IDs',
    },
  ],
};
