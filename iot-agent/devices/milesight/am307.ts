import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { AMBIENCE } from '../milesight-ambience.ts';
import { milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/** Air of a room: temperature, humidity, motion, light, carbon dioxide, TVOC and pressure. */
export const am307: DeviceModel = {
  vendor: 'milesight',
  model: 'am307',
  description: 'Indoor air quality sensor, seven quantities',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/am307',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity', 'airPollution', 'light', 'atmosphericPressure', 'motion'],
  category: ['sensor'],
  decode: milesightDecoder('an AM307', AMBIENCE),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0367ee00 04687c 050001 06cb02 077da803 087d2500 09736627',
      fPort: 85,
      measurements: {
        temperature: 23.8,
        relativeHumidity: 62,
        motionDetected: true,
        lightLevel: 2,
        co2: 936,
        tvocRating: 0.37,
        pressure: 100860,
      },
      source: "computed by hand from the user guide's channel table, the example of its periodic report",
    },
    {
      bytes: '0175 64 08e6 1400 0e01 00',
      fPort: 85,
      measurements: { batteryLevel: 1, tvocMass: 20 },
      source: "computed by hand from the user guide's channel table: TVOC by mass",
    },
  ],
};
