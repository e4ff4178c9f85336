import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import {
  battery,
  co2,
  milesightDecoder,
  pressure,
  relativeHumidity,
  storedReadings,
  temperature,
} from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an AM107', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '05 6a': (r) => ({ motionCount: r.uint16('activity') }),
  '06 65': (r) => ({
    illuminance: r.uint16('illumination'),
    lightVisibleInfrared: r.uint16('visible and infrared light'),
    lightInfrared: r.uint16('infrared light'),
  }),
  '07 7d': co2,
  '08 7d': (r) => ({ tvoc: r.uint16('TVOC') }),
  '09 73': pressure,
  ...storedReadings,
});

/** Seven quantities of a room: temperature, humidity, activity, light, carbon dioxide, TVOC and pressure. */
export const am107: DeviceModel = {
  vendor: 'milesight',
  model: 'am107',
  description: 'Indoor ambience monitoring sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/am107',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['temperature', 'humidity', 'airPollution', 'light', 'atmosphericPressure', 'motion'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0367ee00 04687c 05 6a 4900 0665 1c0079001400 077de704 087d0700 0973 3f27',
      fPort: 85,
      measurements: {
        temperature: 23.8,
        relativeHumidity: 62,
        motionCount: 73,
        illuminance: 28,
        lightVisibleInfrared: 121,
        lightInfrared: 20,
        co2: 1255,
        tvoc: 7,
        pressure: 100470,
      },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '0175 32 077dffff',
      fPort: 85,
      measurements: { batteryLevel: 0.5 },
      source: "computed by hand from the vendor's published table of channels: the CO2 sensor failed",
    },
  ],
};
