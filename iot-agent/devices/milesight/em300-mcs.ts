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

const decode = milesightDecoder('an EM300-MCS', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '06 00': (r) => ({ contactOpen: r.uint8('magnet status') !== 0 }),
  ...storedReadings,
});

/** A door or cover that is open or closed, outdoors too, with temperature and humidity. */
export const em300Mcs: DeviceModel = {
  vendor: 'milesight',
  model: 'em300-mcs',
  description: 'Magnetic contact switch sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em300-mcs',
  feeds: ['ContactSensor'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 03671001 046871 060001',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 27.2, relativeHumidity: 56.5, contactOpen: true },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '060000',
      fPort: 85,
      measurements: { contactOpen: false },
      source: "computed by hand from the user guide's channel table: closed",
    },
  ],
};
