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
const celsius = (ohms: number): number => -245.18 + 0.23469 * ohms + 1.04876e-5 * ohms ** 2;

const PROBE: SensorGroup = {
  name: 'temperature probe',
  words: 2,
  read: ([low = 0, high = 0], settings) => {
    const ohms = lowerResistance(converterRatio(low, high), settingOrNominal(settings, REFERENCE));
    return { thermistorResistance: ohms, externalTemperature1: celsius(ohms) };
  },
};

const GROUPS = [PROBE, BATTERY];

/** Temperature by a Pt1000. */
export const dlDlr2009: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-009',
  description: 'Platinum temperature probe of 1000 Ω',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['TemperatureSensor'],
  controlledProperty: ['temperature'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: [REFERENCE],
  examples: [
    {
      bytes: '02 4c62 0003 5734 00ad 0ae1',
      fPort: 1,
      measurements: {
        thermistorResistance: 1097.0478279778865,
        externalTemperature1: 24.908127512458456,
        batteryVoltage: 2.785,
      },
      source: 'chirpstack-device-profiles, DL-DLR2-009',
    },
    {
      bytes: '02 4c62 0002 0ae1',
      fPort: 1,
      measurements: { batteryVoltage: 2.785 },
      source: 'computed by hand: battery only',
    },
  ],
};
