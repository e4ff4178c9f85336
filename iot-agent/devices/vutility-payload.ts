import type { ByteReader } from './bytes.ts';
import { type CommandEntry, downlink, numberCommand } from './command-table.ts';
import type { Measurements } from './device-model.ts';

/** A byte is a share of these. */
const BYTE = 255;
const CAPACITOR_VOLTS = 5;
const DEGREES = 120;
const COLDEST = -40;
const DOWNLINK_PORT = 2;

/** Volts of the capacitor that harvested energy is kept in. */
export function capacitorVoltage(reader: ByteReader): Measurements {
  return { capacitorVoltage: (reader.uint8('capacitor voltage') / BYTE) * CAPACITOR_VOLTS };
}

/** Degrees at the device. */
export function temperature(reader: ByteReader): Measurements {
  return { temperature: (reader.uint8('temperature') / BYTE) * DEGREES + COLDEST };
}

/** How often the device reports, for those that take a little-endian float in a packet of ten bytes. */
export const reportInterval: CommandEntry = numberCommand(
  {
    name: 'reportInterval',
    description: 'Seconds between two reports',
    minimum: 60,
    maximum: 3000,
    examples: [
      {
        value: 60,
        bytes: '54000000704200000000',
        fPort: DOWNLINK_PORT,
        source: "vendor's readme, example downlinks",
      },
      {
        value: 300,
        bytes: '54000000964300000000',
        fPort: DOWNLINK_PORT,
        source: "vendor's readme, example downlinks",
      },
    ],
  },
  (seconds) => {
    const float = new DataView(new ArrayBuffer(4));
    float.setFloat32(0, seconds, true);
    return downlink(DOWNLINK_PORT, 0x54, 0x00, ...new Uint8Array(float.buffer), 0x00, 0x00, 0x00, 0x00);
  },
);
