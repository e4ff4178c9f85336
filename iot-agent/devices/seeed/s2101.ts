import type { DeviceModel } from '../device-model.ts';
import { sensecapDecoder } from '../sensecap-measurements.ts';

/** Temperature and humidity outdoors. */
export const s2101: DeviceModel = {
  vendor: 'seeed',
  model: 's2101',
  description: 'Air temperature and humidity sensor',
  documentation: 'https://sensecap-docs.seeed.cc/measurement_list.html',
  feeds: ['WeatherObserved', 'AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode: sensecapDecoder('an S2101'),
  examples: [
    {
      bytes: '01 0110 B0680000 01 0210 88F40000 8CFF',
      fPort: 2,
      measurements: { temperature: 26.8, relativeHumidity: 62.6 },
      source: 'user guide, section 9.3.2',
    },
    {
      bytes: '00 0700 64000500 01 0110 58660000 01 0210 70F80000 443E',
      fPort: 2,
      measurements: { batteryLevel: 1, temperature: 26.2, relativeHumidity: 63.6 },
      source: 'user manual, battery and measurements',
    },
  ],
};
