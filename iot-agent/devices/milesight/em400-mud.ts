import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { alarm, battery, distance, milesightDecoder, temperature, tilted } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM400-MUD', {
  ...battery,
  '03 67': temperature,
  '04 82': distance,
  '05 00': tilted,
  '83 67': alarm(temperature),
  '84 82': alarm(distance),
});

/** Distance by ultrasound in bins of several shapes, with temperature and tilt. */
export const em400Mud: DeviceModel = {
  vendor: 'milesight',
  model: 'em400-mud',
  description: 'Multifunctional ultrasonic distance sensor for bins',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em400-mud',
  feeds: ['WasteContainer'],
  controlledProperty: ['fillingLevel', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 0367 1901 0482 ed07 050000',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 28.1, distance: 2029, tilted: false },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '8367 e800 01 8482 4106 01',
      fPort: 85,
      measurements: { temperature: 23.2, distance: 1601 },
      source: "computed by hand from the user guide's channel table: alarms of temperature and distance",
    },
    {
      bytes: 'ff0bff ff0101 ff166329c42503920003 ff090100 ff0a0101 ff0f00',
      fPort: 85,
      measurements: {},
      source: 'user guide, device information',
    },
  ],
};
