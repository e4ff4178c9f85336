import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder, storedReadings } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM500-SWL', {
  ...battery,
  '03 77': (r) => ({ waterLevel: r.uint16('water level') / 100 }),
  ...storedReadings,
});

/** Level of water by the pressure above a submerged probe. */
export const em500Swl: DeviceModel = {
  vendor: 'milesight',
  model: 'em500-swl',
  description: 'Submersible water level sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em500-swl',
  feeds: ['WaterObserved'],
  controlledProperty: ['waterLevel'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 0377 0200',
      fPort: 85,
      measurements: { batteryLevel: 1, waterLevel: 0.02 },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '0377 f401',
      fPort: 85,
      measurements: { waterLevel: 5 },
      source: "computed by hand from the vendor's published table of channels: five metres",
    },
  ],
};
