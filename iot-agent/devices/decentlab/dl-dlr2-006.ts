import { DLR2_DOCUMENTATION } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const POTENTIOMETER: SensorGroup = {
  name: 'potentiometer',
  words: 2,
  read: ([low = 0, high = 0]) => ({ potentiometerPosition: 100 * converterRatio(low, high) }),
};

const GROUPS = [POTENTIOMETER, BATTERY];

/** How far something is turned or pulled. */
export const dlDlr2006: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-006',
  description: 'Potentiometer input',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['PositionSensor'],
  controlledProperty: ['depth'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 1111 0003 409a 0086 0c54',
      fPort: 1,
      measurements: { potentiometerPosition: 4.88464832306, batteryVoltage: 3.156 },
      source: 'chirpstack-device-profiles, DL-DLR2-006',
    },
    {
      bytes: '02 1111 0002 0c54',
      fPort: 1,
      measurements: { batteryVoltage: 3.156 },
      source: 'computed by hand: battery only',
    },
  ],
};
