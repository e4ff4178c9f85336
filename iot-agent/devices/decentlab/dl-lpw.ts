import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const POTENTIOMETER: SensorGroup = {
  name: 'potentiometer',
  words: 2,
  read: ([low = 0, high = 0]) => ({ potentiometerPosition: 100 * converterRatio(low, high) }),
};

const GROUPS = [POTENTIOMETER, BATTERY];

/** How far something has moved, by the slide of a potentiometer. */
export const dlLpw: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-lpw',
  description: 'Potentiometer position sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-LPW-datasheet.pdf',
  feeds: ['PositionSensor'],
  controlledProperty: ['depth'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 1111 0003 409a 0086 0c54',
      fPort: 1,
      measurements: { potentiometerPosition: 4.884648323059082, batteryVoltage: 3.156 },
      source: 'chirpstack-device-profiles, DL-LPW',
    },
    {
      bytes: '02 1111 0002 0c54',
      fPort: 1,
      measurements: { batteryVoltage: 3.156 },
      source: 'computed by hand: battery only',
    },
  ],
};
