import { type Channels, skip } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { milesightDecoder, people } from '../milesight-channels.ts';
import { reboot } from '../milesight-commands.ts';

/** The first of the three channels of a line: its totals in and out, then both of the report interval. */
const FIRST_CHANNEL = 3;
const CHANNELS_OF_A_LINE = 3;

function line(number: number, suffix: string): Channels {
  const first = FIRST_CHANNEL + (number - 1) * CHANNELS_OF_A_LINE;
  const channel = (offset: number) => (first + offset).toString(16).padStart(2, '0');
  return {
    [`${channel(0)} d2`]: (r) => ({ [`peopleInTotal${suffix}`]: r.uint32('total in') }),
    [`${channel(1)} d2`]: (r) => ({ [`peopleOutTotal${suffix}`]: r.uint32('total out') }),
    [`${channel(2)} cc`]: people(`peopleIn${suffix}`, `peopleOut${suffix}`),
  };
}

const decode = milesightDecoder('a VS133', {
  ...line(1, ''),
  ...line(2, '2'),
  ...line(3, '3'),
  ...line(4, '4'),
  '0f e3': skip(4, 'people of the regions'),
  '10 e4': (r) => {
    r.skip(1, 'region');
    return {
      dwellTimeAverage: r.uint16('average dwell time'),
      dwellTimeMaximum: r.uint16('maximum dwell time'),
    };
  },
});

/** People who cross up to four lines, counted by time of flight. */
export const vs133: DeviceModel = {
  vendor: 'milesight',
  model: 'vs133',
  description: 'ToF people counting sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/vs133',
  feeds: ['CrowdFlowObserved'],
  controlledProperty: ['occupancy'],
  category: ['sensor'],
  decode,
  ...commandTable(reboot),
  examples: [
    {
      bytes: '03d2 05000000 04d2 02000000 05cc 01000200',
      fPort: 85,
      measurements: { peopleInTotal: 5, peopleOutTotal: 2, peopleIn: 1, peopleOut: 2 },
      source: "computed by hand from the vendor's published table of channels: first line",
    },
    {
      bytes: '06d2 0a000000 07d2 09000000 08cc 00000100 10e4 01 0a00 1e00',
      fPort: 85,
      measurements: {
        peopleInTotal2: 10,
        peopleOutTotal2: 9,
        peopleIn2: 0,
        peopleOut2: 1,
        dwellTimeAverage: 10,
        dwellTimeMaximum: 30,
      },
      source: "computed by hand from the vendor's published table of channels: second line and dwell time",
    },
  ],
};
