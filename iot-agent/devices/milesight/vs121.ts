import { skip } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { milesightDecoder, people } from '../milesight-channels.ts';
import { reboot } from '../milesight-commands.ts';

const decode = milesightDecoder('a VS121', {
  'ff 1f': skip(4, 'software version'),
  '04 c9': (r) => {
    const peopleCount = r.uint8('people');
    r.skip(3, 'regions');
    return { peopleCount };
  },
  '05 cc': people('peopleIn', 'peopleOut'),
  '06 cd': (r) => ({ peopleCountMaximum: r.uint8('maximum of people') }),
  '07 d5': skip(8, 'people of the regions 1 to 8'),
  '08 d5': skip(8, 'people of the regions 9 to 16'),
  '09 da': skip(8, 'flow from A'),
  '0a da': skip(8, 'flow from B'),
  '0b da': skip(8, 'flow from C'),
  '0c da': skip(8, 'flow from D'),
  '0d cc': people('peopleInTotal', 'peopleOutTotal'),
  '0e e4': (r) => {
    r.skip(1, 'region');
    return {
      dwellTimeAverage: r.uint16('average dwell time'),
      dwellTimeMaximum: r.uint16('maximum dwell time'),
    };
  },
});

/** People in a room, counted by a camera that sends numbers alone. */
export const vs121: DeviceModel = {
  vendor: 'milesight',
  model: 'vs121',
  description: 'AI workplace sensor: people counting',
  documentation:
    'https://www.milesight.com/products/docs/en/vs121-lora/protocol/vs1xx/vs121-uplink-data.html',
  feeds: ['CrowdFlowObserved'],
  controlledProperty: ['occupancy'],
  category: ['sensor'],
  decode,
  ...commandTable(reboot),
  examples: [
    {
      bytes: '04c9 03 02 0300 06cd 05',
      fPort: 85,
      measurements: { peopleCount: 3, peopleCountMaximum: 5 },
      source: "computed by hand from the user guide's uplink table: two regions, both occupied",
    },
    {
      bytes: '05cc 05000200 0dcc 64005f00 0ee4 00 1e00 2d00',
      fPort: 85,
      measurements: {
        peopleIn: 5,
        peopleOut: 2,
        peopleInTotal: 100,
        peopleOutTotal: 95,
        dwellTimeAverage: 30,
        dwellTimeMaximum: 45,
      },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: 'ff0101 ff086600b0940976 ff090100 ff1f1f07004b',
      fPort: 85,
      measurements: {},
      source: 'user guide, basic information',
    },
  ],
};
