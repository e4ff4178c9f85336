import { skip } from '../channel-payload.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel, Measurements } from '../device-model.ts';
import { battery, milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/** What the cells send while they polarize; above it stands a fault. */
const POLARIZING = 0xfffe;

/** Parts per billion, of steps of so many of them. */
function gas(name: string, raw: number, step: number): Measurements {
  return raw >= POLARIZING ? {} : { [name]: raw * step };
}

const decode = milesightDecoder('a GS301', {
  ...battery,
  '02 67': (r) => ({ temperature: r.int16('temperature') / 10 }),
  '03 68': (r) => ({ relativeHumidity: r.uint8('humidity') / 2 }),
  '04 7d': (r) => gas('nh3', r.uint16('NH3'), 10),
  '05 7d': (r) => gas('h2s', r.uint16('H2S'), 10),
  '06 7d': (r) => gas('h2s', r.uint16('H2S'), 1),
  '07 ea': skip(5, 'result of a calibration'),
});

/** Ammonia and hydrogen sulphide in public toilets. */
export const gs301: DeviceModel = {
  vendor: 'milesight',
  model: 'gs301',
  description: 'Bathroom odour detector: NH3 and H2S',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/gs301',
  feeds: ['AirQualityObserved'],
  controlledProperty: ['airPollution', 'temperature', 'humidity'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 02670b01 03687c 047d0100 057d0100',
      fPort: 85,
      measurements: { batteryLevel: 1, temperature: 26.7, relativeHumidity: 62, nh3: 10, h2s: 10 },
      source: "computed by hand from the vendor's published table of channels",
    },
    {
      bytes: '047d0000 067d0c00 07ea 00016400 00',
      fPort: 85,
      measurements: { nh3: 0, h2s: 12 },
      source:
        "computed by hand from the vendor's published table of channels: newer firmware, finer steps, and a calibration",
    },
    {
      bytes: '047dfeff 057dffff',
      fPort: 85,
      measurements: {},
      source:
        "computed by hand from the vendor's published table of channels: one cell is polarizing, the other failed",
    },
  ],
};
