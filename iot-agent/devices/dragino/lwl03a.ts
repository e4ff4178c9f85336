import { bit, readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { deviceStatus, reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength, expectPort } from '../expect-length.ts';

/** Ports: measurements, stored measurements, its settings, the device itself. */
const MEASURED = 2;
const STORED = 3;
const SETTINGS = 4;
const STATUS = 5;

/** Status, count, duration and a time. */
const LENGTH = 11;

function decode({ bytes, fPort }: DecoderInput): Measurements {
  expectPort({ bytes, fPort }, 'an LWL03A', MEASURED, STORED, SETTINGS, STATUS);
  if (fPort === STATUS) return deviceStatus(bytes);
  if (fPort !== MEASURED) return {};
  expectLength(bytes, 'an LWL03A', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  return {
    waterLeak: bit(reader.uint8('status'), 0) ? 1 : 0,
    leakCount: reader.uint24('count of leaks'),
    lastLeakDuration: reader.uint24('duration of the last leak'),
  };
}

/** Water along a rope, how often and for how long. */
export const lwl03a: DeviceModel = {
  vendor: 'dragino',
  model: 'lwl03a',
  description: 'Rope-type water leak sensor',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LWL03A%20-%20LoRaWAN%20None-Position%20Rope%20Type%20Water%20Leak%20Controller%20User%20Manual/',
  feeds: ['WaterLeakSensor'],
  controlledProperty: ['waterLevel'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01 000004 000002 61a2b3c4',
      fPort: 2,
      measurements: { waterLeak: 1, leakCount: 4, lastLeakDuration: 2 },
      source: "computed by hand from the user manual's payload table",
    },
    {
      bytes: '00 000004 000002 61a2b3c4',
      fPort: 2,
      measurements: { waterLeak: 0, leakCount: 4, lastLeakDuration: 2 },
      source: "computed by hand from the user manual's payload table: dry again",
    },
    {
      bytes: '0004b0 00 00 0000 00',
      fPort: 4,
      measurements: {},
      source: "computed by hand from the user manual's payload table: its settings",
    },
    {
      bytes: '14 0100 01 ff 0bc0',
      fPort: 5,
      measurements: { batteryVoltage: 3.008 },
      source: "computed by hand from the user manual's payload table: device status",
    },
    {
      bytes: '00 000004 000002 61a2b3c4',
      fPort: 3,
      measurements: {},
      source: "computed by hand from the user manual's payload table: a stored reading",
    },
  ],
};
