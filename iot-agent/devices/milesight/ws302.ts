import { commandTable } from '../command-table.ts';
import type { DeviceModel } from '../device-model.ts';
import { battery, milesightDecoder } from '../milesight-channels.ts';
import { reboot, reportInterval } from '../milesight-commands.ts';

/** Weighting modes that weigh by the A curve, without and with fast time weighting; the others weigh by the C curve. */
const A_WEIGHTED = [0x01, 0x05];

const decode = milesightDecoder('a WS302', {
  ...battery,
  '05 5b': (r) => {
    const weighting = r.uint8('weighting');
    const levels = [
      r.uint16('sound level') / 10,
      r.uint16('equivalent level') / 10,
      r.uint16('maximum level') / 10,
    ];
    const [level = 0, equivalent = 0, maximum = 0] = levels;
    return A_WEIGHTED.includes(weighting)
      ? { las: level, laeq: equivalent, laMax: maximum }
      : { lcs: level, lceq: equivalent, lcMax: maximum };
  },
});

/** Noise: the level now, the equivalent level of the interval and its maximum. */
export const ws302: DeviceModel = {
  vendor: 'milesight',
  model: 'ws302',
  description: 'Sound level sensor, A- or C-weighted',
  documentation: 'https://www.milesight.com/iot/product/lorawan-sensor/ws302',
  feeds: ['NoiseLevelObserved'],
  controlledProperty: ['noiseLevel'],
  category: ['sensor'],
  decode,
  ...commandTable(reportInterval, reboot),
  examples: [
    {
      bytes: '017564 055b 05 3f02 da01 6a02',
      fPort: 85,
      measurements: { batteryLevel: 1, las: 57.5, laeq: 47.4, laMax: 61.8 },
      source: 'user guide, section 6.2',
    },
    {
      bytes: '055b 02 3f02 da01 6a02',
      fPort: 85,
      measurements: { lcs: 57.5, lceq: 47.4, lcMax: 61.8 },
      source: "computed by hand from the user guide's channel table: C-weighting",
    },
    {
      bytes: 'ff0bff ff0101 ff166743c13353300001 ff090100 ff0a0102 ff0f00',
      fPort: 85,
      measurements: {},
      source: 'user guide, section 6.1',
    },
  ],
};
