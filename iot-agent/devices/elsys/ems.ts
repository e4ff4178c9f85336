import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { reboot, reportInterval } from '../elsys-commands.ts';
import { decodeElsys } from '../elsys-payload.ts';

/** A door, a leak or a machine: contact, acceleration, temperature and humidity. */
export const ems: DeviceModel = {
  vendor: 'elsys',
  model: 'ems',
  description: 'Multi sensor for doors, leaks, acceleration, temperature and humidity',
  documentation: 'https://www.elsys.se/en/elsys-payload/',
  feeds: ['ContactSensor', 'WaterLeakSensor'],
  controlledProperty: ['temperature', 'humidity', 'movementActivity'],
  category: ['sensor'],
  decode: ({ bytes }) => decodeElsys(bytes),
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01 00e2 02 29 03 3f00c1 07 0e18 0b 00000004 0d 01 0f 02 12 00',
      fPort: 5,
      measurements: {
        temperature: 22.6,
        relativeHumidity: 41,
        accelerationX: 1,
        accelerationY: 0,
        accelerationZ: -1,
        batteryVoltage: 3.608,
        pulseTotal1: 4,
        digitalInput1: true,
        accelerationMotionCount: 2,
        waterLeak: 0,
      },
      source: 'computed by hand from the table of sensor types of the Elsys payload',
    },
  ],
};
