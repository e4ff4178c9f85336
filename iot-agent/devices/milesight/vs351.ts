import { skip } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { alarm, battery, milesightDecoder, people, temperature } from '../milesight-channels.ts';
import { reboot, reportIntervalInMinutes } from '../milesight-commands.ts';

const decode = milesightDecoder('a VS351', {
  ...battery,
  '03 67': temperature,
  '04 cc': people('peopleInTotal', 'peopleOutTotal'),
  '05 cc': people('peopleIn', 'peopleOut'),
  '0a ef': skip(4, 'time'),
  '83 67': alarm(temperature),
  '84 cc': alarm(people('peopleInTotal', 'peopleOutTotal')),
  '85 cc': alarm(people('peopleIn', 'peopleOut')),
});

/** People who pass a door, by a small radar and thermopiles. */
export const vs351: DeviceModel = {
  vendor: 'milesight',
  model: 'vs351',
  description: 'Mini AI thermopile people counter',
  documentation: 'https://www.milesight.com/products/docs/en/vs351/protocol/vs3xx/vs351-uplink.html',
  feeds: ['CrowdFlowObserved'],
  controlledProperty: ['occupancy', 'temperature'],
  category: ['sensor'],
  decode,
  ...commandTable(reportIntervalInMinutes, reboot),
  examples: [
    {
      bytes: '04cc20001700 03671a01 05cc01000000 017562',
      fPort: 85,
      measurements: {
        peopleInTotal: 32,
        peopleOutTotal: 23,
        temperature: 28.2,
        peopleIn: 1,
        peopleOut: 0,
        batteryLevel: 0.98,
      },
      source: 'user guide, periodic packet',
    },
    {
      bytes: 'ff0bff ff0101 ff166791d19604050005 ff090100 ff0a0101 ff0f00 ffcc01',
      fPort: 85,
      measurements: {},
      source: 'user guide, basic information',
    },
  ],
};
