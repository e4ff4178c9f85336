import { bit, readBytes } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DecoderInput, DeviceModel, Measurements } from '../device-model.ts';
import { batteryVoltage, reboot, reportInterval } from '../dragino-payload.ts';
import { expectLength } from '../expect-length.ts';

const LENGTH = 10;
/** The bit of the battery word that is set while there is water. */
const LEAKING = 14;

function decode({ bytes }: DecoderInput): Measurements {
  expectLength(bytes, 'an LWL02', LENGTH);
  const reader = readBytes(bytes, 'big-endian');
  const word = reader.uint16('battery and status');
  reader.skip(1, 'working mode');
  return {
    ...batteryVoltage(word),
    waterLeak: bit(word, LEAKING) ? 1 : 0,
    leakCount: reader.uint24('count of leaks'),
    lastLeakDuration: reader.uint24('duration of the last leak'),
  };
}

/** Water where none should be, how often and for how long. */
export const lwl02: DeviceModel = {
  vendor: 'dragino',
  model: 'lwl02',
  description: 'Water leak sensor',
  documentation:
    'https://wiki.dragino.com/xwiki/bin/view/Main/User%20Manual%20for%20LoRaWAN%20End%20Nodes/LWL02%20-%20LoRaWAN%20Water%20Leak%20Sensor%20User%20Manual/',
  feeds: ['WaterLeakSensor'],
  controlledProperty: ['waterLevel'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '0c1e 02 000004 000000 00',
      fPort: 10,
      measurements: { batteryVoltage: 3.102, waterLeak: 0, leakCount: 4, lastLeakDuration: 0 },
      source: 'chirpstack-device-profiles, LWL02',
    },
    {
      bytes: '4bb8 02 000005 000007 00',
      fPort: 10,
      measurements: { batteryVoltage: 3, waterLeak: 1, leakCount: 5, lastLeakDuration: 7 },
      source: "computed by hand from the user manual's payload table: it leaks",
    },
  ],
};
