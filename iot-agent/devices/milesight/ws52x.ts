import { bit } from '../bytes.ts';
import { skip } from '../channel-payload.ts';
import { commandTable, downlink, switchCommand } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { mains, milesightDecoder } from '../milesight-channels.ts';
import { MILESIGHT_PORT, reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('a WS52x', {
  ...mains,
  '08 70': (r) => ({ relay1: bit(r.uint8('socket'), 0) }),
  'ff 24': skip(2, 'overcurrent alarm'),
  'ff 25': skip(2, 'button lock'),
  'ff 26': skip(1, 'metering'),
  'ff 30': skip(2, 'overcurrent protection'),
  'ff 3f': skip(1, 'power outage'),
});

/** A socket that switches and meters what is plugged into it. */
export const ws52x: DeviceModel = {
  vendor: 'milesight',
  model: 'ws52x',
  description: 'Portable smart socket (WS522, WS523, WS525)',
  documentation: 'https://www.milesight.com/products/docs/en/ws52x/protocol/ws5xx/ws52x-uplink.html',
  feeds: ['SmartPlug'],
  controlledProperty: ['power', 'electricityConsumption'],
  category: ['actuator', 'meter'],
  decode,
  ...commandTable(
    switchCommand(
      {
        name: 'on',
        description: 'Whether the socket gives power',
        examples: [
          {
            value: true,
            bytes: '080100ff',
            fPort: MILESIGHT_PORT,
            source: 'computed by hand from the user guide, downlink commands',
          },
          {
            value: false,
            bytes: '080000ff',
            fPort: MILESIGHT_PORT,
            source: 'computed by hand from the user guide, downlink commands',
          },
        ],
      },
      (on) => downlink(MILESIGHT_PORT, 0x08, on ? 1 : 0, 0x00, 0xff),
    ),
    reportInterval,
    reboot,
  ),
  examples: [
    {
      bytes: '087001 058164 07c90200 0374b208 068301000000 048001000000',
      fPort: 85,
      measurements: {
        relay1: true,
        powerFactor: 1,
        current: 0.002,
        voltage: 222.6,
        activeEnergy: 0.001,
        activePower: 1,
      },
      source: 'user guide, periodic report',
    },
    {
      bytes: '087000',
      fPort: 85,
      measurements: { relay1: false },
      source: "computed by hand from the user guide's channel table: switched off",
    },
    {
      bytes: 'ff0bff ff0101ff166762d21130962038 ff090100 ff0a0108 ff240000 ff30010a ff250000 ff2601',
      fPort: 85,
      measurements: {},
      source: 'user guide, basic information',
    },
  ],
};
