import { converterVolts } from '../decentlab-analog.ts';
import { DLR2_DOCUMENTATION } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel, ModelSetting } from '../device-model.ts';
import { settingOrNominal } from '../settings.ts';

/** What the current flows through. */
const SHUNT: ModelSetting = {
  name: 'shuntResistance',
  description: 'resistor that the current flows through, Ω',
  nominal: 10,
  positive: true,
};

const MILLI = 1000;

const CURRENT: SensorGroup = {
  name: 'current',
  words: 1,
  // The input sees half of the converter's range.
  read: ([word = 0], settings) => ({
    analogCurrent1: (converterVolts(word) / 2 / settingOrNominal(settings, SHUNT)) * MILLI,
  }),
};

const GROUPS = [CURRENT, BATTERY];

/** A sensor with a current loop. */
export const dlDlr2004: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-004',
  description: 'Analogue current input, 4 to 20 mA',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['AnalogSensor'],
  controlledProperty: ['power'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: [SHUNT],
  examples: [
    {
      bytes: '02 08b2 0003 8bb8 0c60',
      fPort: 1,
      measurements: { analogCurrent1: 13.73291015625, batteryVoltage: 3.168 },
      source: 'chirpstack-device-profiles, DL-DLR2-004',
    },
    {
      bytes: '02 08b2 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
