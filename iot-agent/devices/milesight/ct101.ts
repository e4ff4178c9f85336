import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { milesightDecoder, orNothing, temperature } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('a CT101', {
  '03 97': (r) => ({ chargeTotal: r.uint32('total current') / 100 }),
  '04 99': (r) => orNothing('current', r.uint16('current'), 0.1),
  '09 67': temperature,
});

/** Alternating current through a clamp, powered by the current itself. */
export const ct101: DeviceModel = {
  vendor: 'milesight',
  model: 'ct101',
  description: 'Smart current transformer, 100 A',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/ct101',
  feeds: ['ElectricityMeter'],
  controlledProperty: ['electricityConsumption', 'temperature'],
  category: ['meter'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0397 10270000 0499 b80b 0967 0201',
      fPort: 85,
      measurements: { chargeTotal: 100, current: 300, temperature: 25.8 },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '0499 ffff',
      fPort: 85,
      measurements: {},
      source: "computed by hand from the user guide's channel table: the current could not be read",
    },
  ],
};
