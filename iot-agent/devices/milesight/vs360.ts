import { skip } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder, people } from '../milesight-channels.ts';
import { reboot } from '../milesight-commands.ts';

const decode = milesightDecoder('a VS360', {
  ...battery,
  '02 75': (r) => ({ batteryLevel2: r.uint8('battery of the node') / 100 }),
  '04 cc': people('peopleInTotal', 'peopleOutTotal'),
  '05 cc': people('peopleIn', 'peopleOut'),
  '0a ef': skip(4, 'time'),
});

/** People who break a beam between two parts of the counter. */
export const vs360: DeviceModel = {
  vendor: 'milesight',
  model: 'vs360',
  description: 'Infrared beam people counter',
  documentation: 'https://www.milesight.com/products/docs/en/vs360/protocol/vs3xx/vs360-uplink.html',
  feeds: ['CrowdFlowObserved'],
  controlledProperty: ['occupancy'],
  category: ['sensor'],
  decode,
  ...commandTable(reboot),
  examples: [
    {
      bytes: '017562 027562 05cc09000500 04cc09000200',
      fPort: 85,
      measurements: {
        batteryLevel: 0.98,
        batteryLevel2: 0.98,
        peopleIn: 9,
        peopleOut: 5,
        peopleInTotal: 9,
        peopleOutTotal: 2,
      },
      source: 'user guide, periodic packet',
    },
    {
      bytes: '0aef90d69968 05cc0c000500 017562 027562',
      fPort: 85,
      measurements: { peopleIn: 12, peopleOut: 5, batteryLevel: 0.98, batteryLevel2: 0.98 },
      source: 'user guide, periodic packet on the dot',
    },
  ],
};
