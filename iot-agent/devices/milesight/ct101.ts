import type { ByteReader } from '../bytes.ts';
import { commandTable } from '../command-table.ts';
import type { DeviceModel, Measurements } from '../device-model.ts';
import { alarm, milesightDecoder, orNothing } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/** From here on: out of range, not there, failed. */
const NO_TEMPERATURE = 0xfffd;

/** Degrees of 16 bits, of which the last below zero say that there are none. */
function readTemperature(r: ByteReader): Measurements {
  const raw = r.int16('temperature');
  return (raw & 0xffff) >= NO_TEMPERATURE ? {} : { temperature: raw / 10 };
}

const readCurrent = (r: ByteReader) => orNothing('current', r.uint16('current'), 0.01);

const decode = milesightDecoder('a CT101', {
  '03 97': (r) => ({ chargeTotal: r.uint32('total current') / 100 }),
  '04 98': readCurrent,
  '09 67': readTemperature,
  '89 67': alarm(readTemperature),
  '84 98': (r) => {
    const currentMaximum = r.uint16('maximum current') / 100;
    const currentMinimum = r.uint16('minimum current') / 100;
    const current = readCurrent(r);
    r.skip(1, 'alarm status');
    return { currentMaximum, currentMinimum, ...current };
  },
});

/** Alternating current through a clamp, powered by the current itself. */
export const ct101: DeviceModel = {
  vendor: 'milesight',
  model: 'ct101',
  description: 'Smart current transformer, 100 A',
  documentation: 'https://www.milesight.com/products/docs/en/ct10x/protocol/ct/ct10x-uplink.html',
  feeds: ['ElectricityMeter'],
  controlledProperty: ['electricityConsumption', 'temperature'],
  category: ['meter'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '039773020000 04980019 09673401',
      fPort: 85,
      measurements: { chargeTotal: 6.27, current: 64, temperature: 30.8 },
      source: 'user guide, periodic packet',
    },
    {
      bytes: '0498 ffff 0967 fdff',
      fPort: 85,
      measurements: {},
      source:
        'computed by hand from the user guide: no current could be read, the temperature is out of range',
    },
    {
      bytes: '8498 6400 0a00 3200 01',
      fPort: 85,
      measurements: { currentMaximum: 1, currentMinimum: 0.1, current: 0.5 },
      source: 'computed by hand from the user guide: current alarm',
    },
    {
      bytes: '8967 3401 01',
      fPort: 85,
      measurements: { temperature: 30.8 },
      source: "computed by hand from the vendor's published table of channels: temperature alarm",
    },
    {
      bytes: 'ff0bff ff0101 ffff0101 ff166746d48016300014 ff090110 ff0a0101 ff0f00',
      fPort: 85,
      measurements: {},
      source: 'user guide, basic information',
    },
  ],
};
