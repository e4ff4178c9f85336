import { readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { deviceStatus, reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength, expectPort } from '../expect-length.ts';

/** Ports: measurements, stored measurements, its settings, the device itself. */
const MEASURED = 2;
const STORED = 3;
const SETTINGS = 4;
const STATUS = 5;

/** Pulses a litre, by the flag in the upper six bits of the first byte. */
const PULSES_A_LITRE: { readonly [flag: number]: number } = { 0: 450, 1: 390, 2: 64, 3: 12 };
/** Flags, pulses, working mode, a reserved byte and a time. */
const LENGTH = 11;
/** Working mode in which the count is that of the interval. */
const SINCE_LAST_REPORT = 1;

function decode({ bytes, fPort }: DecoderInput): Measurements {
  expectPort({ bytes, fPort }, 'an SW3L', MEASURED, STORED, SETTINGS, STATUS);
  if (fPort === STATUS) return deviceStatus(bytes);
  if (fPort !== MEASURED) return {};
  expectLength(bytes, 'an SW3L', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  const pulsesALitre = PULSES_A_LITRE[reader.uint8('flags') >> 2];
  const pulses = reader.uint32('pulses');
  const isInterval = reader.uint8('working mode') === SINCE_LAST_REPORT;
  const litres = pulsesALitre === undefined ? undefined : pulses / pulsesALitre;
  return {
    [isInterval ? 'pulseCount1' : 'pulseTotal1']: pulses,
    ...(litres === undefined ? {} : { [isInterval ? 'waterVolumeInInterval' : 'waterVolume']: litres }),
  };
}

/** Water that flows through a pipe. */
export const sw3l: DeviceModel = {
  vendor: 'dragino',
  model: 'sw3l',
  description: 'Outdoor flow sensor',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/SW3L%20-%20LoRaWAN%20Outdoor%20Flow%20Sensor/',
  feeds: ['WaterMeter'],
  controlledProperty: ['waterFlow'],
  category: ['meter'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '00 000001c2 00 01 61a2b3c4',
      fPort: 2,
      measurements: { pulseTotal1: 450, waterVolume: 1 },
      source: "computed by hand from the user manual's payload table: flow sensor of 450 pulses a litre",
    },
    {
      bytes: '04 00000186 01 01 61a2b3c4',
      fPort: 2,
      measurements: { pulseCount1: 390, waterVolumeInInterval: 1 },
      source:
        "computed by hand from the user manual's payload table: 390 pulses a litre, since the last report",
    },
    {
      bytes: '0e 00000078 00 01 61a2b3c4',
      fPort: 2,
      measurements: { pulseTotal1: 120, waterVolume: 10 },
      source:
        "computed by hand from the user manual's payload table: 12 pulses a litre, with the alarm's flag; the fourth kind of sensor as in the vendor's published codec",
    },
    {
      bytes: '0004b0 00 0f 0000',
      fPort: 4,
      measurements: {},
      source: "computed by hand from the user manual's payload table: its settings",
    },
    {
      bytes: '11 0100 01 ff 0bc0',
      fPort: 5,
      measurements: { batteryVoltage: 3.008 },
      source: "computed by hand from the user manual's payload table: device status",
    },
    {
      bytes: '00 000001c2 00 01 61a2b3c4',
      fPort: 3,
      measurements: {},
      source: "computed by hand from the user manual's payload table: a stored reading",
    },
  ],
};
