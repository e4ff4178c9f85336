import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import {
  battery,
  milesightDecoder,
  relativeHumidity,
  storedReadings,
  temperature,
} from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

const decode = milesightDecoder('an EM300-DI', {
  ...battery,
  '03 67': temperature,
  '04 68': relativeHumidity,
  '05 00': (r) => ({ digitalInput1: r.uint8('digital input') !== 0 }),
  '05 c8': (r) => ({ pulseTotal1: r.uint32('pulse count') }),
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
  ],
};
