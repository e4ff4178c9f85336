import type { ByteReader } from './bytes.ts';
import { type CommandEntry, downlink, littleEndian, numberCommand } from './command-table.ts';
import type { Measurements } from './device-model.ts';

const BATTERY_MASK = 0x0f;
const SEVEN_BITS = 0x7f;
const TABS_BATTERY_BASE = 25;
const MERRYIOT_BATTERY_BASE = 21;
/** Tabs sensors send degrees with this added. */
const TEMPERATURE_OFFSET = 32;
const CONFIGURATION_PORT = 204;

/** Battery and board temperature, as all of the Tabs sensors send them behind the status. */
export function tabsBoard(reader: ByteReader): Measurements {
  const battery = reader.uint8('battery') & BATTERY_MASK;
  const degrees = reader.uint8('temperature') & SEVEN_BITS;
  return {
    batteryVoltage: (TABS_BATTERY_BASE + battery) / 10,
    temperature: degrees - TEMPERATURE_OFFSET,
  };
}

/** Battery, temperature and humidity, as the MerryIoT sensors send them behind the status. */
export function merryIotBoard(reader: ByteReader): Measurements {
  const battery = reader.uint8('battery') & BATTERY_MASK;
  return {
    batteryVoltage: (MERRYIOT_BATTERY_BASE + battery) / 10,
    temperature: reader.int8('temperature'),
    relativeHumidity: reader.uint8('humidity') & SEVEN_BITS,
  };
}

/** How often the device reports when nothing happens. */
export const reportInterval: CommandEntry = numberCommand(
  {
    name: 'reportInterval',
    description: 'Seconds between two reports while nothing happens',
    minimum: 15,
    maximum: 65_535,
    examples: [
      {
        value: 3600,
        bytes: '00100e',
        fPort: CONFIGURATION_PORT,
        source: 'reference manuals, configuration downlink command: keep-alive interval of 3600 seconds',
      },
    ],
  },
  (seconds) => downlink(CONFIGURATION_PORT, 0x00, ...littleEndian(seconds, 2)),
);
