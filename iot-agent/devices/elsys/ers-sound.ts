import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { reboot, reportInterval } from '../elsys-commands.ts';
import { decodeElsys } from '../elsys-payload.ts';

/** Sound of a room, its peak and its average. */
export const ersSound: DeviceModel = {
  vendor: 'elsys',
  model: 'ers-sound',
  description: 'Indoor sound sensor with temperature, humidity, light and motion',
  documentation: 'https://www.elsys.se/en/elsys-payload/',
  feeds: ['SoundSensor', 'AirQualityObserved'],
  controlledProperty: ['noiseLevel', 'temperature', 'humidity', 'light', 'motion'],
  category: ['sensor'],
  decode: ({ bytes }) => decodeElsys(bytes),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01 00e2 02 29 04 0027 05 06 07 0e18 15 4632',
      fPort: 5,
      measurements: {
        temperature: 22.6,
        relativeHumidity: 41,
        illuminance: 39,
        motionCount: 6,
        batteryVoltage: 3.608,
        soundPeak: 70,
        soundAverage: 50,
      },
      source: 'computed by hand from the table of sensor types of the Elsys payload',
    },
  ],
};
