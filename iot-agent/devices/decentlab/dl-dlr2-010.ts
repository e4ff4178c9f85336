import { DLR2_DOCUMENTATION, pulseCounter } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const GROUPS = [pulseCounter(1), pulseCounter(2), BATTERY];

/** The pulses of two meters. */
export const dlDlr2010: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-010',
  description: 'Two pulse counters',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['PulseMeter'],
  controlledProperty: ['energy', 'waterConsumption', 'gasConsumption'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 198f 0007 0004 0258 0bf0 0001 0000 0258 dece 0000 0c33',
      fPort: 1,
      measurements: {
        pulseCount1: 4,
        pulseInterval1: 600,
        pulseTotal1: 68592,
        pulseCount2: 0,
        pulseInterval2: 600,
        pulseTotal2: 57038,
        batteryVoltage: 3.123,
      },
      source: 'chirpstack-device-profiles, DL-DLR2-010',
    },
    {
      bytes: '02 198f 0006 0000 0258 dece 0000 0c33',
      fPort: 1,
      measurements: { pulseCount2: 0, pulseInterval2: 600, pulseTotal2: 57038, batteryVoltage: 3.123 },
      source: 'computed by hand: the second counter alone',
    },
    {
      bytes: '02 198f 0004 0c33',
      fPort: 1,
      measurements: { batteryVoltage: 3.123 },
      source: 'computed by hand: battery only',
    },
  ],
};
