import { DLR2_DOCUMENTATION, pulseCounter } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const GROUPS = [pulseCounter(1), BATTERY];

/** The pulses of a meter. */
export const dlDlr2002: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-002',
  description: 'Pulse counter',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['PulseMeter'],
  controlledProperty: ['energy', 'waterConsumption', 'gasConsumption'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 199e 0003 0000 0258 0000 0000 0c9b',
      fPort: 1,
      measurements: { pulseCount1: 0, pulseInterval1: 600, pulseTotal1: 0, batteryVoltage: 3.227 },
      source: 'chirpstack-device-profiles, DL-DLR2-002',
    },
    {
      bytes: '02 199e 0002 0c9b',
      fPort: 1,
      measurements: { batteryVoltage: 3.227 },
      source: 'computed by hand: battery only',
    },
  ],
};
