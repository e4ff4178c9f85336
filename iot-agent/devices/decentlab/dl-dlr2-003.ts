import { DLR2_DOCUMENTATION, digitalInput } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const GROUPS = [digitalInput(1), BATTERY];

/** A contact, or anything else that is on or off. */
export const dlDlr2003: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-003',
  description: 'Digital input',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['ContactSensor'],
  controlledProperty: ['gateOpening'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 199b 0003 0001 0c8d',
      fPort: 1,
      measurements: { digitalInput1: true, batteryVoltage: 3.213 },
      source: 'chirpstack-device-profiles, DL-DLR2-003',
    },
    {
      bytes: '02 199b 0002 0c8d',
      fPort: 1,
      measurements: { batteryVoltage: 3.213 },
      source: 'computed by hand: battery only',
    },
  ],
};
