import { commandTable, downlink, littleEndian, numberCommand } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder } from '../milesight-channels.ts';
import { MILESIGHT_PORT, reboot } from '../milesight-commands.ts';

/** What stands for "this is not measured". */
const LIGHT_DISABLED = 0xfe;

const decode = milesightDecoder('a VS370', {
  ...battery,
  '03 00': (r) => ({ occupied: r.uint8('occupancy') !== 0 }),
  '04 00': (r) => {
    const bright = r.uint8('illumination');
    return bright === LIGHT_DISABLED ? {} : { bright: bright === 1 };
  },
});

/** Whether somebody is in a room, by radar and infrared. */
export const vs370: DeviceModel = {
  vendor: 'milesight',
  model: 'vs370',
  description: 'Radar human presence sensor',
  documentation: 'https://www.milesight.com/products/docs/en/vs370/protocol/vs3xx/vs370-uplink.html',
  feeds: ['PresenceSensor'],
  controlledProperty: ['occupancy', 'light'],
  category: ['sensor'],
  decode,
  ...commandTable(
    numberCommand(
      {
        name: 'reportInterval',
        description: 'Seconds between two reports, in whole minutes',
        minimum: 60,
        maximum: 86_400,
        multipleOf: 60,
        examples: [
          {
            value: 1200,
            bytes: 'ff8e011400',
            fPort: MILESIGHT_PORT,
            source: 'user guide, downlink commands: 20 minutes',
          },
        ],
      },
      (seconds) => downlink(MILESIGHT_PORT, 0xff, 0x8e, 0x01, ...littleEndian(seconds / 60, 2)),
    ),
    reboot,
  ),
  examples: [
    {
      bytes: '017564 030001 040000',
      fPort: 85,
      measurements: { batteryLevel: 1, occupied: true, bright: false },
      source: 'user guide, periodic packet',
    },
    {
      bytes: '030000 0400fe',
      fPort: 85,
      measurements: { occupied: false },
      source: "computed by hand from the user guide's channel table: illumination is disabled",
    },
  ],
};
