import { skip } from '../channel-payload.ts';
import { type CommandEntry, commandTable, downlink, switchCommand } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { mains, milesightDecoder, numberedBits } from '../milesight-channels.ts';
import { MILESIGHT_PORT, reboot, reportInterval } from '../milesight-commands.ts';

const CHANNELS = 8;
const ALL = 0xff;
const SOURCE = 'computed by hand from the user guide, section 5.3';

/** The circuits of a mask are switched, the others stay as they are. */
const switching = (mask: number, on: boolean) => downlink(MILESIGHT_PORT, 0x08, mask, on ? mask : 0x00);

function channelCommand(channel: number): CommandEntry {
  const mask = 1 << (channel - 1);
  const hex = mask.toString(16).padStart(2, '0');
  return switchCommand(
    {
      name: `on${channel}`,
      description: `Whether the lamps of circuit L${channel} are lit`,
      examples: [
        { value: true, bytes: `08${hex}${hex}`, fPort: MILESIGHT_PORT, source: SOURCE },
        { value: false, bytes: `08${hex}00`, fPort: MILESIGHT_PORT, source: SOURCE },
      ],
    },
    (on) => switching(mask, on),
  );
}

const decode = milesightDecoder('a WS558', {
  ...mains,
  '08 31': (r) => {
    r.skip(1, 'reserved');
    return numberedBits('lampOn', r.uint8('switches'), CHANNELS);
  },
  'ff 26': skip(1, 'metering'),
});

/** Eight switched circuits of lamps, metered together (the LN model). */
export const ws558: DeviceModel = {
  vendor: 'milesight',
  model: 'ws558',
  description: 'Smart light controller with eight channels',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/ws558',
  feeds: ['Streetlight'],
  controlledProperty: ['light'],
  category: ['actuator', 'meter'],
  decode,
  ...commandTable(
    switchCommand(
      {
        name: 'on',
        description: 'Whether the lamps of all circuits are lit',
        examples: [
          { value: true, bytes: '08ffff', fPort: MILESIGHT_PORT, source: SOURCE },
          { value: false, bytes: '08ff00', fPort: MILESIGHT_PORT, source: SOURCE },
        ],
      },
      (on) => switching(ALL, on),
    ),
    ...Array.from({ length: CHANNELS }, (_, index) => channelCommand(index + 1)),
    reportInterval,
    reboot,
  ),
  examples: [
    {
      bytes: '08310060',
      fPort: 85,
      measurements: {
        lampOn1: false,
        lampOn2: false,
        lampOn3: false,
        lampOn4: false,
        lampOn5: false,
        lampOn6: true,
        lampOn7: true,
        lampOn8: false,
      },
      source: 'user guide, section 5.2: L6 and L7 are on',
    },
    {
      bytes: '07c9413f 08310000',
      fPort: 85,
      measurements: {
        current: 16.193,
        lampOn1: false,
        lampOn2: false,
        lampOn3: false,
        lampOn4: false,
        lampOn5: false,
        lampOn6: false,
        lampOn7: false,
        lampOn8: false,
      },
      source: 'user guide, section 5.2: overcurrent switched all off',
    },
    {
      bytes: '0374 b208 0480 01000000 0581 64 0683 01000000',
      fPort: 85,
      measurements: { voltage: 222.6, activePower: 1, powerFactor: 1, activeEnergy: 0.001 },
      source: "computed by hand from the user guide's channel table: the meter",
    },
  ],
};
