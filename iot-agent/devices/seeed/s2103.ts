import type { DeviceModel } from '../device-model.ts';
import { sensecapDecoder } from '../sensecap-measurements.ts';

/** Carbon dioxide, temperature and humidity, outdoors too. */
export const s2103: DeviceModel = {
  vendor: 'seeed',
  model: 's2103',
  description: 'CO2, air temperature and humidity sensor',
  documentation: 'https://sensecap-docs.seeed.cc/measurement_list.html',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity'],
  category: ['sensor'],
  decode: sensecapDecoder('an S2103'),
  examples: [
    {
      bytes: '01 0410 E08D0500 9802',
      fPort: 2,
      measurements: { co2: 364 },
      source: 'user manual, example of the CO2 sensor',
    },
    {
      bytes: '01 0410 E08D0500 01 0110 78ecffff 01 0210 88F40000 0000',
      fPort: 2,
      measurements: { co2: 364, temperature: -5, relativeHumidity: 62.6 },
      source: 'computed by hand from the list of measurement IDs: below zero',
    },
  ],
};
