import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { batteryVoltage, netvoxDecoder, reportInterval } from '../netvox-payload.ts';

const DEVICE_TYPE = 0x13;

const decode = netvoxDecoder('an R718AB', DEVICE_TYPE, {
  1: (r) => ({
    ...batteryVoltage(r),
    temperature: r.int16('temperature') / 100,
    relativeHumidity: r.uint16('humidity') / 100,
  }),
});

/** Temperature and humidity. */
export const r718ab: DeviceModel = {
  vendor: 'netvox',
  model: 'r718ab',
  description: 'Temperature and humidity sensor',
  documentation: 'http://www.netvox.com.tw/um/R718AB/R718ABUserManual.pdf',
  feeds: ['AirQualityObserved', 'WeatherObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval(DEVICE_TYPE, [0x01, 0x00, 0x64, 0x00, 0x64], '01130384038401 00640064')),
  examples: [
    {
      bytes: '01 13 01 24 0670 1a9e 000000',
      fPort: 6,
      measurements: { batteryVoltage: 3.6, temperature: 16.48, relativeHumidity: 68.14 },
      source: 'user manual, example of uplink',
    },
    {
      bytes: '01 13 01 24 ff39 1a9e 000000',
      fPort: 6,
      measurements: { batteryVoltage: 3.6, temperature: -1.99, relativeHumidity: 68.14 },
      source: 'user manual, example of uplink: below zero',
    },
  ],
};
