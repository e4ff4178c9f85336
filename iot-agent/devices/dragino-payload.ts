import { readBytes } from './bytes.ts';
import { bigEndian, type CommandEntry, downlink, numberCommand, triggerCommand } from './command-table.ts';
import type { Measurements } from './device-model.ts';

/** The two top bits of the battery word are flags. */
const BATTERY_MASK = 0x3fff;
/** Temperatures in tenths or hundredths from here on stand for "no probe there". */
const NO_PROBE_TENTHS = 3276;
const NO_PROBE_HUNDREDTHS = 0x7fff;
/** Downlinks are taken on every port; this one is the one of most uplinks. */
const PORT = 2;

/** Volts, of a word whose top bits say something else. */
export function batteryVoltage(word: number): Measurements {
  return { batteryVoltage: (word & BATTERY_MASK) / 1000 };
}

/** A probe in tenths of a degree that devices without one send as 0. */
export function optionalProbe(name: string, tenths: number): Measurements {
  return tenths === 0 || tenths >= NO_PROBE_TENTHS ? {} : { [name]: tenths / 10 };
}

/** A temperature in hundredths of a degree; nothing when there is no probe. */
export function hundredths(name: string, raw: number): Measurements {
  return raw === NO_PROBE_HUNDREDTHS ? {} : { [name]: raw / 100 };
}

/** Port 5, the same for all newer devices: model, firmware, frequency band, sub-band and the battery. */
export function deviceStatus(bytes: Uint8Array): Measurements {
  const reader = readBytes(bytes, 'big-endian');
  reader.skip(5, 'model, firmware and band');
  return batteryVoltage(reader.uint16('battery'));
}

/** How often the device reports. */
export const reportInterval: CommandEntry = numberCommand(
  {
    name: 'reportInterval',
    description: 'Seconds between two reports',
    minimum: 30,
    maximum: 0xff_ffff,
    examples: [
      {
        value: 60,
        bytes: '0100003c',
        fPort: PORT,
        source: "user manuals, 'set transmit interval time': 60 seconds",
      },
    ],
  },
  (seconds) => downlink(PORT, 0x01, ...bigEndian(seconds, 3)),
);

/** A restart. */
export const reboot: CommandEntry = triggerCommand(
  {
    name: 'reboot',
    description: 'Restarts the device',
    examples: [{ value: true, bytes: '04ff', fPort: PORT, source: "user manuals, 'reset end node'" }],
  },
  downlink(PORT, 0x04, 0xff),
);
