import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('a WS202', {
  ...battery,
  '03 00': (r) => ({ motionDetected: r.uint8('PIR') !== 0 }),
  '04 00': (r) => ({ bright: r.uint8('light') !== 0 }),
});

/** Motion by infrared, and whether it is light: what lamps are switched by. */
export const ws202: DeviceModel = {
  vendor: 'milesight',
  model: 'ws202',
  description: 'PIR and light sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/ws202',
  feeds: ['PresenceSensor'],
  controlledProperty: ['motion', 'light'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 030001 040001',
      fPort: 85,
      measurements: { batteryLevel: 1, motionDetected: true, bright: true },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '030000 040000',
      fPort: 85,
      measurements: { motionDetected: false, bright: false },
      source: "computed by hand from the vendor's published table of channels: nobody, dark",
    },
  ],
};
