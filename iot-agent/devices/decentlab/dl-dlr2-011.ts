import { DLR2_DOCUMENTATION, digitalInput } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const GROUPS = [digitalInput(1), digitalInput(2), BATTERY];

/** Two contacts, or anything else that is on or off. */
export const dlDlr2011: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-011',
  description: 'Two digital inputs',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['ContactSensor'],
  controlledProperty: ['gateOpening'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 4371 0007 0001 0000 0af9',
      fPort: 1,
      measurements: { digitalInput1: true, digitalInput2: false, batteryVoltage: 2.809 },
      source: 'chirpstack-device-profiles, DL-DLR2-011',
    },
    {
      bytes: '02 4371 0006 0001 0af9',
      fPort: 1,
      measurements: { digitalInput2: true, batteryVoltage: 2.809 },
      source: 'computed by hand: the second input alone',
    },
    {
      bytes: '02 4371 0004 0af9',
      fPort: 1,
      measurements: { batteryVoltage: 2.809 },
      source: 'computed by hand: battery only',
    },
  ],
};
