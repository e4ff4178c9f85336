import { bit, readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { batteryVoltage, reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength } from '../expect-length.ts';

const LENGTH = 10;
/** The bit of the battery word that is set while the door is open. */
const OPEN = 15;

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'an LDS02', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  const word = reader.uint16('battery and status');
  reader.skip(1, 'working mode');
  return {
    ...batteryVoltage(word),
    contactOpen: bit(word, OPEN),
    openingCount: reader.uint24('count of openings'),
    lastOpeningDuration: reader.uint24('duration of the last opening'),
    openTooLong: bit(reader.uint8('alarm'), 0),
  };
}

/** A door that is open or closed, how often it opened and for how long. */
export const lds02: DeviceModel = {
  vendor: 'dragino',
  model: 'lds02',
  description: 'Door sensor',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LDS02%20-%20LoRaWAN%20Door%20Sensor%20User%20Manual/',
  feeds: ['ContactSensor'],
  controlledProperty: ['gateOpening'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0b88 01 001bb3 000000 00',
      fPort: 10,
      measurements: {
        batteryVoltage: 2.952,
        contactOpen: false,
        openingCount: 7091,
        lastOpeningDuration: 0,
        openTooLong: false,
      },
      source: 'chirpstack-device-profiles, LDS02',
    },
    {
      bytes: '8bb8 01 000002 00003c 01',
      fPort: 10,
      measurements: {
        batteryVoltage: 3,
        contactOpen: true,
        openingCount: 2,
        lastOpeningDuration: 60,
        openTooLong: true,
      },
      source: "computed by hand from the user manual's payload table: open for longer than the alarm allows",
    },
  ],
};
