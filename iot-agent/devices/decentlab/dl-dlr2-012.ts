import { DLR2_DOCUMENTATION } from '../decentlab-dlr2.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { converterRatio } from '../decentlab-words.ts';
import type { DeviceModel, ModelSetting } from '../device-model.ts';
import { settingOrNominal } from '../settings.ts';

/** How much more the gauge's resistance changes than its length. */
const GAUGE_FACTOR: ModelSetting = {
  name: 'gaugeFactor',
  description: 'gauge factor of the strain gauge',
  nominal: 2.02,
  positive: true,
};

/** Of the amplifier before the converter. */
const GAIN = 64;
/** One of the bridge's four resistors is the gauge. */
const QUARTER_BRIDGE = 4;
const MICRO = 1_000_000;

const STRAIN: SensorGroup = {
  name: 'strain',
  words: 2,
  read: ([low = 0, high = 0], settings) => {
    const factor = settingOrNominal(settings, GAUGE_FACTOR);
    return { strain: ((converterRatio(low, high) / GAIN) * QUARTER_BRIDGE * MICRO) / factor };
  },
};

const GROUPS = [STRAIN, BATTERY];

/** How far a beam is stretched. */
export const dlDlr2012: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-dlr2-012',
  description: 'Strain gauge',
  documentation: DLR2_DOCUMENTATION,
  feeds: ['StrainSensor'],
  controlledProperty: ['pressure'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  settings: [GAUGE_FACTOR],
  examples: [
    {
      bytes: '02 1783 0003 162e 0087 0c33',
      fPort: 1,
      measurements: { strain: 1713.0065082323433, batteryVoltage: 3.123 },
      source: 'chirpstack-device-profiles, DL-DLR2-012',
    },
    {
      bytes: '02 1783 0002 0c33',
      fPort: 1,
      measurements: { batteryVoltage: 3.123 },
      source: 'computed by hand: battery only',
    },
  ],
};
