import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { oscillation } from '../decentlab-wire.ts';
import type { DeviceModel, ModelSetting } from '../device-model.ts';
import { settingOrNominal } from '../settings.ts';

/** The calibration on the label of the scale. */
const ZERO: ModelSetting = {
  name: 'frequencySquaredAtWeight',
  description: 'square of the frequency at the calibrated weight, Hz²',
  nominal: 232_263_168,
};
const SLOPE: ModelSetting = {
  name: 'gramsPerFrequencySquared',
  description: 'grams for each Hz² more',
  nominal: 0.000302459,
};
const CALIBRATED: ModelSetting = {
  name: 'calibratedWeight',
  description: 'the calibrated weight, g',
  nominal: 1370,
};

const SCALE: SensorGroup = {
  name: 'scale',
  words: 3,
  read: ([count = 0, ticks = 0], settings) => {
    const { frequency } = oscillation(count, ticks);
    const more = frequency ** 2 - settingOrNominal(settings, ZERO);
    const grams = more * settingOrNominal(settings, SLOPE) + settingOrNominal(settings, CALIBRATED);
    return { frequency, weight: grams / 1000 };
  },
};

const GROUPS = [SCALE, BATTERY];

/** Weight by a vibrating wire: bins, silos, beehives. */
export const dlDws: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dws',
  description: 'Wide range weighing scale',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-DWS-datasheet.pdf',
  feeds: ['WasteContainer'],
  controlledProperty: ['weight'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: [ZERO, SLOPE, CALIBRATED],
  examples: [
    {
      bytes: '02 03d4 0003 3bf6 7fff 3bf6 0c60',
      fPort: 1,
      measurements: { frequency: 15350.468459120457, weight: 2.39041013685, batteryVoltage: 3.168 },
      source: 'chirpstack-device-profiles, DL-DWS',
    },
    {
      bytes: '02 03d4 0003 3bf6 0000 3bf6 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: no interval, hence no frequency',
    },
    {
      bytes: '02 03d4 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
