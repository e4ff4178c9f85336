import { type CommandEntry, downlink, littleEndian, numberCommand, triggerCommand } from './command-table.ts';

/** The port of all of Milesight's devices. */
export const MILESIGHT_PORT = 85;

/** How often the device reports, for those that take seconds (ff 03). */
export const reportInterval: CommandEntry = numberCommand(
  {
    name: 'reportInterval',
    description: 'Seconds between two reports',
    minimum: 60,
    maximum: 64_800,
    examples: [
      {
        value: 1200,
        bytes: 'ff03b004',
        fPort: MILESIGHT_PORT,
        source: 'user guides, downlink commands: 20 minutes',
      },
    ],
  },
  (seconds) => downlink(MILESIGHT_PORT, 0xff, 0x03, ...littleEndian(seconds, 2)),
);

/** How often the device reports, for those that take minutes (ff 8e). */
export const reportIntervalInMinutes: CommandEntry = numberCommand(
  {
    name: 'reportInterval',
    description: 'Seconds between two reports, in whole minutes',
    minimum: 60,
    maximum: 86_400,
    multipleOf: 60,
    examples: [
      {
        value: 1200,
        bytes: 'ff8e001400',
        fPort: MILESIGHT_PORT,
        source: 'user guides, downlink commands: 20 minutes',
      },
    ],
  },
  (seconds) => downlink(MILESIGHT_PORT, 0xff, 0x8e, 0x00, ...littleEndian(seconds / 60, 2)),
);

/** A restart. */
export const reboot: CommandEntry = triggerCommand(
  {
    name: 'reboot',
    description: 'Restarts the device',
    examples: [
      { value: true, bytes: 'ff10ff', fPort: MILESIGHT_PORT, source: 'user guides, downlink commands' },
    ],
  },
  downlink(MILESIGHT_PORT, 0xff, 0x10, 0xff),
);
