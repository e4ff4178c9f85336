import { type ByteReader, readBytes } from './bytes.ts';
import { bigEndian, type CommandEntry, downlink, numberCommand } from './command-table.ts';
import type { DecoderInput, Measurements } from './device-model.ts';
import { expectPort } from './expect-length.ts';

const PORT = 6;
const CONFIGURATION_PORT = 7;
const VERSION = 1;
const VERSION_REPORT = 0;
const BATTERY_MASK = 0x7f;

/** How a report is read, by its report type; version, device type and report type are behind it. */
export interface Reports {
  readonly [reportType: number]: (reader: ByteReader) => Measurements;
}

/** Volts; the top bit says that they are few. 0 is mains. */
export function batteryVoltage(reader: ByteReader): Measurements {
  const tenths = reader.uint8('battery') & BATTERY_MASK;
  return tenths === 0 ? {} : { batteryVoltage: tenths / 10 };
}

/** The decoder of Netvox's application commands: version, device type, report type, then eight bytes of the report. */
export function netvoxDecoder(
  device: string,
  deviceType: number,
  reports: Reports,
): (input: DecoderInput) => Measurements {
  return (input) => {
    expectPort(input, device, PORT, CONFIGURATION_PORT);
    if (input.fPort === CONFIGURATION_PORT) return {};
    const reader = readBytes(input.bytes, 'big-endian');
    const version = reader.uint8('version');
    const type = reader.uint8('device type');
    if (version !== VERSION || type !== deviceType) {
      throw new Error(
        `payload is of version ${version} and device type ${type}: ${device} sends ${VERSION} and ${deviceType}`,
      );
    }
    const reportType = reader.uint8('report type');
    if (reportType === VERSION_REPORT) return {};
    const read = reports[reportType];
    if (read === undefined) throw new Error(`payload is of report type ${reportType}, unknown to ${device}`);
    return read(reader);
  };
}

/** How often the device reports, whatever it measures; the changes that it also reports keep the values of the factory. */
export function reportInterval(
  deviceType: number,
  changes: readonly number[],
  example: string,
): CommandEntry {
  return numberCommand(
    {
      name: 'reportInterval',
      description: 'Seconds between two reports',
      minimum: 1,
      maximum: 65_535,
      examples: [
        {
          value: 900,
          bytes: example,
          fPort: CONFIGURATION_PORT,
          source: 'computed by hand from the user manual, ConfigReportReq',
        },
      ],
    },
    (seconds) => {
      const interval = bigEndian(seconds, 2);
      return downlink(CONFIGURATION_PORT, 0x01, deviceType, ...interval, ...interval, ...changes);
    },
  );
}
