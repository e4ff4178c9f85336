import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { reboot, reportInterval } from '../elsys-commands.ts';
import { decodeElsys } from '../elsys-payload.ts';

/** Carbon dioxide of a room, with temperature, humidity, light and motion. */
export const ersCo2: DeviceModel = {
  vendor: 'elsys',
  model: 'ers-co2',
  description: 'Indoor CO2 sensor with temperature, humidity, light and motion',
  documentation: 'https://www.elsys.se/en/elsys-payload/',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity', 'light', 'motion'],
  category: ['sensor'],
  decode: ({ bytes }) => decodeElsys(bytes),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01 00e2 02 29 04 0027 05 06 06 0308 07 0d62',
      fPort: 5,
      measurements: {
        temperature: 22.6,
        relativeHumidity: 41,
        illuminance: 39,
        motionCount: 6,
        co2: 776,
        batteryVoltage: 3.426,
      },
      source: "vendor's description of the payload",
    },
  ],
};
