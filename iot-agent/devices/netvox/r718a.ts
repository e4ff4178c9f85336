import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { batteryVoltage, netvoxDecoder, reportInterval } from '../netvox-payload.ts';

const DEVICE_TYPE = 0x0b;

const decode = netvoxDecoder('an R718A', DEVICE_TYPE, {
  1: (r) => ({
    ...batteryVoltage(r),
    temperature: r.int16('temperature') / 100,
    relativeHumidity: r.uint16('humidity') / 100,
  }),
});

/** Temperature and humidity in cold stores. */
export const r718a: DeviceModel = {
  vendor: 'netvox',
  model: 'r718a',
  description: 'Temperature and humidity sensor for low temperatures',
  documentation: 'http://www.netvox.com.tw/um/R718A/R718AUserManual.pdf',
  feeds: ['AirQualityObserved', 'WeatherObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval(DEVICE_TYPE, [0x01, 0x00, 0x64, 0x00, 0x64], '010b0384038401 00640064')),
  examples: [
    {
      bytes: '01 0b 01 24 0670 1a9e 000000',
      fPort: 6,
      measurements: { batteryVoltage: 3.6, temperature: 16.48, relativeHumidity: 68.14 },
      source: 'user manual, example 1 of uplink',
    },
    {
      bytes: '01 0b 01 9f ff39 1a9e 000000',
      fPort: 6,
      measurements: { batteryVoltage: 3.1, temperature: -1.99, relativeHumidity: 68.14 },
      source: 'user manual, example 2 of uplink: few volts',
    },
    {
      bytes: '81 0b 00 0000000000000000',
      fPort: 7,
      measurements: {},
      source: 'computed by hand from the user manual: answer to a configuration',
    },
  ],
};
