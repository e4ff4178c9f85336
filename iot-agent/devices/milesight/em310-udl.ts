import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, distance, milesightDecoder, tilted } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM310-UDL', { ...battery, '03 82': distance, '04 00': tilted });

/** Distance by ultrasound in small bins, and whether they stand. */
export const em310Udl: DeviceModel = {
  vendor: 'milesight',
  model: 'em310-udl',
  description: 'Ultrasonic distance sensor for bins',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em310-udl',
  feeds: ['WasteContainer'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01755c 0382 1e00 040001',
      fPort: 85,
      measurements: { batteryLevel: 0.92, distance: 30, tilted: true },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '0382 e803 040000',
      fPort: 85,
      measurements: { distance: 1000, tilted: false },
      source: "computed by hand from the vendor's published table of channels: upright, at a metre",
    },
  ],
};
