import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { reboot, reportIntervalInMinutes } from '../milesight-commands.ts';
import { passageDecoder } from '../milesight-passage.ts';

/** People who pass a door, by a small radar and thermopiles. */
export const vs351: DeviceModel = {
  vendor: 'milesight',
  model: 'vs351',
  description: 'Mini AI thermopile people counter',
  documentation: 'https://www.milesight.com/products/docs/en/vs351/protocol/vs3xx/vs351-uplink.html',
  feeds: ['CrowdFlowObserved'],
  controlledProperty: ['occupancy', 'temperature'],
  category: ['sensor'],
  decode: passageDecoder('a VS351'),
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
