import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { oscillation } from '../decentlab-wire.ts';
import type { DeviceModel, ModelSetting } from '../device-model.ts';
import { settingOrNominal } from '../settings.ts';

/** The calibration on the label of the sensor. */
const UNLOADED: ModelSetting = {
  name: 'unloadedFrequency',
  description: 'frequency without a load, Hz',
  nominal: 15_383.72,
  positive: true,
};
const SLOPE: ModelSetting = {
  name: 'gramsPerSquareKilohertz',
  description: 'grams for each kHz² more',
  nominal: 46.4859,
};

const NEWTONS_PER_GRAM = 9.8067 / 1000;
/** Micrometres that a newton shortens the sensor by, and its length in millimetres. */
const COMPLIANCE = 1.5;
const LENGTH = 66;

const GAUGE: SensorGroup = {
  name: 'strain',
  words: 3,
  read: ([count = 0, ticks = 0], settings) => {
    const { interval, frequency } = oscillation(count, ticks);
    const more = frequency ** 2 - settingOrNominal(settings, UNLOADED) ** 2;
    const grams = (more * settingOrNominal(settings, SLOPE)) / 1_000_000;
    const elongation = -grams * NEWTONS_PER_GRAM * COMPLIANCE;
    return {
      counterReading: count,
      measurementInterval: interval,
      frequency,
      weight: grams / 1000,
      elongation,
      strain: (elongation / LENGTH) * 1000,
    };
  },
};

const GROUPS = [GAUGE, BATTERY];

/** Strain and weight by a vibrating wire. */
export const dlKl66: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-kl66',
  description: 'Strain and weight sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-KL66-datasheet.pdf',
  feeds: ['StrainSensor', 'WasteContainer'],
  controlledProperty: ['weight', 'pressure'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: [UNLOADED, SLOPE],
  examples: [
    {
      bytes: '02 03d4 0003 3bf6 7fff 3bf6 0c60',
      fPort: 1,
      measurements: {
        counterReading: 15350,
        measurementInterval: 0.999969482421875,
        frequency: 15350.468459120457,
        weight: -0.0475066896399,
        elongation: 0.6988257799379214,
        strain: 10.588269392998809,
        batteryVoltage: 3.168,
      },
      source: 'chirpstack-device-profiles, DL-KL66',
    },
    {
      bytes: '02 03d4 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
