import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, changeAlarm, distance, milesightDecoder, storedReadings } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM500-UDL', {
  ...battery,
  '03 82': distance,
  '83 e9': changeAlarm(distance),
  ...storedReadings,
});

/** Distance by ultrasound, above water or in large bins. */
export const em500Udl: DeviceModel = {
  vendor: 'milesight',
  model: 'em500-udl',
  description: 'Ultrasonic distance sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em500-udl',
  feeds: ['WasteContainer', 'WaterObserved'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 0382 1e00',
      fPort: 85,
      measurements: { batteryLevel: 1, distance: 30 },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '83e9 1e00 0500 02',
      fPort: 85,
      measurements: { distance: 30 },
      source: "computed by hand from the vendor's published table of channels: the distance changed suddenly",
    },
    {
      bytes: '0382 1027',
      fPort: 85,
      measurements: { distance: 10000 },
      source: "computed by hand from the vendor's published table of channels: ten metres",
    },
  ],
};
