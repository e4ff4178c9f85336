import { DLR2_DOCUMENTATION } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const FULL_SCALE_VOLTS = 3;

const VOLTAGE: SensorGroup = {
  name: 'voltage',
  words: 2,
  read: ([low = 0, high = 0]) => ({ analogVoltage1: FULL_SCALE_VOLTS * converterRatio(low, high) }),
};

const GROUPS = [VOLTAGE, BATTERY];

/** A sensor that speaks in volts. */
export const dlDlr2005: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-005',
  description: 'Analogue voltage input, -3 to 3 V',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['AnalogSensor'],
  controlledProperty: ['power'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 113a 0003 c555 00d8 0c6d',
      fPort: 1,
      measurements: { analogVoltage1: 2.0805662870407104, batteryVoltage: 3.181 },
      source: 'chirpstack-device-profiles, DL-DLR2-005',
    },
    {
      bytes: '02 113a 0002 0c6d',
      fPort: 1,
      measurements: { batteryVoltage: 3.181 },
      source: 'computed by hand: battery only',
    },
  ],
};
