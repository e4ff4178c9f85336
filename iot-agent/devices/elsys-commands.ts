import { bigEndian, type CommandEntry, downlink, numberCommand, triggerCommand } from './command-table.ts';

/** One above the port of the uplinks. */
const PORT = 6;
const SETTINGS = 0x3e;
const SAMPLE_PERIOD = 0x14;
const REBOOT = 0xfe;
const SOURCE =
  'computed by hand from the table of settings of the sensor downlink payload; the restart (fe) not confirmed by a published example';

/** How often the device samples and sends: its time base, in force after a restart. */
export const reportInterval: CommandEntry = numberCommand(
  {
    name: 'reportInterval',
    description: 'Seconds between two reports, for devices that send at each sample',
    minimum: 10,
    maximum: 604_800,
    examples: [{ value: 600, bytes: '3e061400000258fe', fPort: PORT, source: SOURCE }],
  },
  (seconds) => downlink(PORT, SETTINGS, 6, SAMPLE_PERIOD, ...bigEndian(seconds, 4), REBOOT),
);

/** A restart. */
export const reboot: CommandEntry = triggerCommand(
  {
    name: 'reboot',
    description: 'Restarts the device',
    examples: [{ value: true, bytes: '3e01fe', fPort: PORT, source: SOURCE }],
  },
  downlink(PORT, SETTINGS, 1, REBOOT),
);
