import type { ByteReader } from '../bytes.ts';
import type { ReadChannel } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel, Measurements } from '../device-model.ts';
import {
  alarm,
  battery,
  milesightDecoder,
  relativeHumidity,
  storedReadings,
  temperature,
} from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/**
 * A meter told by its ratio of water to pulses: the unit of the water is known to the device alone, the pulses are the same in all.
 * Both ratios are in tenths.
 */
function readWaterAsPulses(reader: ByteReader): Measurements {
  const water = reader.uint16('water of the ratio');
  const pulses = reader.uint16('pulses of the ratio');
  const consumed = reader.float32('water');
  return water === 0 ? {} : { pulseTotal1: Math.round((consumed * pulses) / water) };
}

const line: ReadChannel = (r) => ({ digitalInput1: r.uint8('digital input') !== 0 });

const decode = milesightDecoder('an EM300-DI', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '05 00': line,
  '05 c8': (r) => ({ pulseTotal1: r.uint32('pulse count') }),
  '05 e1': readWaterAsPulses,
  '85 00': alarm(line),
  '85 e1': alarm(readWaterAsPulses),
  ...storedReadings,
});

/** Pulses of a meter, or a line that is high or low, with temperature and humidity. */
export const em300Di: DeviceModel = {
  vendor: 'milesight',
  model: 'em300-di',
  description: 'Pulse counter sensor',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/em300-di',
  feeds: ['PulseMeter'],
  controlledProperty: ['temperature', 'humidity'],
  category: ['meter'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '01755c 03673401 046865 05c8 81010000',
      fPort: 85,
      measurements: { batteryLevel: 0.92, temperature: 30.8, relativeHumidity: 50.5, pulseTotal1: 385 },
      source: "computed by hand from the user guide's channel table",
    },
    {
      bytes: '050001',
      fPort: 85,
      measurements: { digitalInput1: true },
      source: "computed by hand from the user guide's channel table: the line as a digital input",
    },
    {
      bytes: '05e1 0a00 6400 0000c03f',
      fPort: 85,
      measurements: { pulseTotal1: 15 },
      source:
        "computed by hand: 1.5 units of water at 10 pulses a unit; the sizes as in the vendor's published codec",
    },
    {
      bytes: '850000 01 85e1 0a00 0a00 00004040 02',
      fPort: 85,
      measurements: { digitalInput1: false, pulseTotal1: 3 },
      source:
        "computed by hand: alarms of the line and of a leak; the sizes as in the vendor's published codec",
    },
    {
      bytes: '21ce 9e744663 1001 5d 01 02 0a00 0a00 00004040',
      fPort: 85,
      measurements: {},
      source: "computed by hand: a stored reading alone; its channel as in the vendor's published codec",
    },
  ],
};
