import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import {
  battery,
  co2,
  milesightDecoder,
  relativeHumidity,
  storedReadings,
  temperature,
} from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an AM103', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '07 7d': co2,
  ...storedReadings,
});

/** Temperature, humidity and carbon dioxide of a room. */
export const am103: DeviceModel = {
  vendor: 'milesight',
  model: 'am103',
  description: 'Indoor CO2, temperature and humidity sensor',
  documentation: 'https://www.milesight.com/products/docs/en/am103/protocol/am100/am10x-uplink.html',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity', 'airPollution'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 03671001 046871 077d1303',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 27.2, relativeHumidity: 56.5, co2: 787 },
      source: 'user guide, periodic report',
    },
    {
      bytes: 'ff0bff ff0101 ff166136c40091605408 ff090200 ff0a0101 ff0f00 ff180003',
      fPort: 85,
      measurements: {},
      source: 'user guide, basic information',
    },
    {
      bytes: '077dffff',
      fPort: 85,
      measurements: {},
      source: "computed by hand from the user guide's channel table: the CO2 sensor failed",
    },
  ],
};
