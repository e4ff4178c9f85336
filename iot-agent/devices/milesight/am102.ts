import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import {
  battery,
  milesightDecoder,
  relativeHumidity,
  storedReadings,
  temperature,
} from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an AM102', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  ...storedReadings,
});

/** Temperature and humidity of a room, also on its display (AM102L: without one). */
export const am102: DeviceModel = {
  vendor: 'milesight',
  model: 'am102',
  description: 'Indoor temperature and humidity sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/am102',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 03671001 046871',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 27.2, relativeHumidity: 56.5 },
      source: 'user guide of the AM100 series, periodic report without CO2',
    },
    {
      bytes: '0367 ceff',
      fPort: 85,
      measurements: { temperature: -5 },
      source: "computed by hand from the user guide's channel table: below zero",
    },
    {
      bytes: '20ce 9e74466310015d',
      fPort: 85,
      measurements: {},
      source: "computed by hand from the user guide's channel table: a stored reading alone",
    },
  ],
};
