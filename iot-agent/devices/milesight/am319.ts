import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { AMBIENCE } from '../milesight-ambience.ts';
import { milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/** Air of a room: nine quantities, with formaldehyde (AM319-HCHO) or ozone (AM319-O3). */
export const am319: DeviceModel = {
  vendor: 'milesight',
  model: 'am319',
  description: 'Indoor air quality sensor with particulate matter and formaldehyde or ozone',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/am307',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity', 'airPollution', 'light', 'atmosphericPressure', 'motion'],
  category: ['sensor'],
  decode: milesightDecoder('an AM319', AMBIENCE),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '03672a01 046864 077d5802 0a7d0400 0b7d0b00 0c7d0e00',
      fPort: 85,
      measurements: { temperature: 29.8, relativeHumidity: 50, co2: 600, hchoMass: 40, pm25: 11, pm10: 14 },
      source: "computed by hand from the vendor's published table of channels: AM319-HCHO",
    },
    {
      bytes: '0d7d0300 0973 9427',
      fPort: 85,
      measurements: { o3: 30, pressure: 101320 },
      source: "computed by hand from the vendor's published table of channels: AM319-O3",
    },
  ],
};
