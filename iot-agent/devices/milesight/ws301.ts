import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('a WS301', {
  ...battery,
  '03 00': (r) => ({ contactOpen: r.uint8('magnet') !== 0 }),
  '04 00': (r) => ({ tampered: r.uint8('tamper') !== 0 }),
});

/** A door or window that is open or closed. */
export const ws301: DeviceModel = {
  vendor: 'milesight',
  model: 'ws301',
  description: 'Magnetic contact switch',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/ws301',
  feeds: ['ContactSensor'],
  controlledProperty: ['gateOpening'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 030001 040000',
      fPort: 85,
      measurements: { batteryLevel: 1, contactOpen: true, tampered: false },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '030000 040001',
      fPort: 85,
      measurements: { contactOpen: false, tampered: true },
      source: "computed by hand from the vendor's published table of channels: taken off the wall",
    },
  ],
};
