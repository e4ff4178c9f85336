import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { AMBIENCE } from '../milesight-ambience.ts';
import { milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/** Air of a room, with fine dust beside what the AM307 measures. */
export const am308: DeviceModel = {
  vendor: 'milesight',
  model: 'am308',
  description: 'Indoor air quality sensor with particulate matter',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/am307',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity', 'airPollution', 'light', 'atmosphericPressure', 'motion'],
  category: ['sensor'],
  decode: milesightDecoder('an AM308', AMBIENCE),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0367ee00 04687c 050000 06cb00 077da803 087d2500 09736627 0b7d1d00 0c7d3000',
      fPort: 85,
      measurements: {
        temperature: 23.8,
        relativeHumidity: 62,
        motionDetected: false,
        lightLevel: 0,
        co2: 936,
        tvocRating: 0.37,
        pressure: 100860,
        pm25: 29,
        pm10: 48,
      },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '0b7dffff 0c7d0500',
      fPort: 85,
      measurements: { pm10: 5 },
      source:
        "computed by hand from the vendor's published table of channels: a value of a failed sensor is left out",
    },
  ],
};
