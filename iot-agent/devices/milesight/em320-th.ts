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

const decode = milesightDecoder('an EM320-TH', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  ...storedReadings,
});

/** Temperature and humidity in cold stores and outdoors. */
export const em320Th: DeviceModel = {
  vendor: 'milesight',
  model: 'em320-th',
  description: 'Temperature and humidity sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em320-th',
  feeds: ['WeatherObserved', 'AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 03671001 046871',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 27.2, relativeHumidity: 56.5 },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '0367 38ff 04681e',
      fPort: 85,
      measurements: { temperature: -20, relativeHumidity: 15 },
      source: "computed by hand from the user guide's channel table: a cold store",
    },
  ],
};
