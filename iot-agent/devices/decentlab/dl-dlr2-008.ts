import { lowerResistance } from '../decentlab-analog.ts';
import { DLR2_DOCUMENTATION } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel, ModelSetting } from '../device-model.ts';
import { settingOrNominal } from '../settings.ts';

const REFERENCE: ModelSetting = {
  name: 'referenceResistance',
  description: 'resistor that the probe is compared with, Ω',
  nominal: 2000,
  positive: true,
};

/** The parabola that the maker lays through the resistance of platinum. */
const celsius = (ohms: number): number => -244.83 + 2.3419 * ohms + 0.0010664 * ohms ** 2;

const PROBE: SensorGroup = {
  name: 'temperature probe',
  words: 2,
  read: ([low = 0, high = 0], settings) => {
    const share = converterRatio(low, high) / 2;
    const ohms = lowerResistance(share, settingOrNominal(settings, REFERENCE));
    return { externalTemperature1: celsius(ohms) };
  },
};

const GROUPS = [PROBE, BATTERY];

/** Temperature by a Pt100. */
export const dlDlr2008: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-008',
  description: 'Platinum temperature probe of 100 Ω',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['TemperatureSensor'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: [REFERENCE],
  examples: [
    {
      bytes: '02 07df 0003 17de 008d 0c60',
      fPort: 1,
      measurements: { externalTemperature1: 20.031064968287208, batteryVoltage: 3.168 },
      source: 'chirpstack-device-profiles, DL-DLR2-008',
    },
    {
      bytes: '02 07df 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
