import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM500-LGT', {
  ...battery,
  '03 94': (r) => ({ illuminance: r.uint32('light') }),
});

/** How bright it is outdoors. */
export const em500Lgt: DeviceModel = {
  vendor: 'milesight',
  model: 'em500-lgt',
  description: 'Outdoor light sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em500-lgt',
  feeds: ['WeatherObserved'],
  controlledProperty: ['light'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 0394 50000000',
      fPort: 85,
      measurements: { batteryLevel: 1, illuminance: 80 },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '0394 400d0300',
      fPort: 85,
      measurements: { illuminance: 200000 },
      source: "computed by hand from the vendor's published table of channels: in the sun",
    },
  ],
};
