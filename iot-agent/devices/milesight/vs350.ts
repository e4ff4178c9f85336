import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { reboot, reportIntervalInMinutes } from '../milesight-commands.ts';
import { passageDecoder } from '../milesight-passage.ts';

/** People who pass a door, by infrared; battery powered. */
export const vs350: DeviceModel = {
  vendor: 'milesight',
  model: 'vs350',
  description: 'Passage people counter',
  documentation: 'https://www.milesight.com/products/docs/en/vs350/protocol/vs3xx/vs350-uplink.html',
  feeds: ['CrowdFlowObserved'],
  controlledProperty: ['occupancy', 'temperature'],
  category: ['sensor'],
  decode: passageDecoder('a VS350'),
  ...commandTable(reportIntervalInMinutes, reboot),
  examples: [
    {
      bytes: '017562 0367d000 04cc0c000700 05cc01000000',
      fPort: 85,
      measurements: {
        batteryLevel: 0.98,
        temperature: 20.8,
        peopleInTotal: 12,
        peopleOutTotal: 7,
        peopleIn: 1,
        peopleOut: 0,
      },
      source: 'user guide, periodic packet',
    },
    {
      bytes: '84cc 64005a00 01',
      fPort: 85,
      measurements: { peopleInTotal: 100, peopleOutTotal: 90 },
      source: "computed by hand from the user guide's channel table: alarm of the totals",
    },
  ],
};
