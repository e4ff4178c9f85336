import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { alarm, battery, distance, milesightDecoder, temperature, tilted } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM400-TLD', {
  ...battery,
  '03 67': temperature,
  '04 82': distance,
  '05 00': tilted,
  '83 67': alarm(temperature),
  '84 82': alarm(distance),
});

/** Distance by time of flight in bins, with temperature and tilt. */
export const em400Tld: DeviceModel = {
  vendor: 'milesight',
  model: 'em400-tld',
  description: 'Laser distance sensor for bins',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em400-tld',
  feeds: ['WasteContainer'],
  controlledProperty: ['fillingLevel', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01755c 03670101 048244 08 050001',
      fPort: 85,
      measurements: { batteryLevel: 0.92, temperature: 25.7, distance: 2116, tilted: true },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '84820b0501',
      fPort: 85,
      measurements: { distance: 1291 },
      source: "computed by hand from the user guide's channel table: alarm of the distance",
    },
  ],
};
