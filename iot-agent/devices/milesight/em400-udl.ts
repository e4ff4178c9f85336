import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { alarm, battery, distance, milesightDecoder, temperature, tilted } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM400-UDL', {
  ...battery,
  '03 67': temperature,
  '04 82': distance,
  '05 00': tilted,
  '83 67': alarm(temperature),
  '84 82': alarm(distance),
});

/** Distance by ultrasound in large bins, with temperature and tilt. */
export const em400Udl: DeviceModel = {
  vendor: 'milesight',
  model: 'em400-udl',
  description: 'Ultrasonic distance sensor for bins',
  documentation:
    'https://www.milesight.com/products/docs/en/em400-udl-lora/protocol/em400/em400-udl-lorawan-downlink.html',
  feeds: ['WasteContainer'],
  controlledProperty: ['fillingLevel', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01755c 03670101 04824408 050000',
      fPort: 85,
      measurements: { batteryLevel: 0.92, temperature: 25.7, distance: 2116, tilted: false },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '017564 0367f800 04820101 050001',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 24.8, distance: 257, tilted: true },
      source: 'user guide, section 5.2',
    },
    {
      bytes: '8367ceff00',
      fPort: 85,
      measurements: { temperature: -5 },
      source: "computed by hand from the user guide's channel table: an alarm that is over",
    },
  ],
};
