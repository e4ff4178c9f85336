import { converterVolts } from '../decentlab-analog.ts';
import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

/** µmol/(m² s) for a millivolt. */
const SENSITIVITY = 5;

const RADIATION: SensorGroup = {
  name: 'radiation',
  words: 1,
  read: ([word = 0]) => ({ photosyntheticallyActiveRadiation: converterVolts(word) * 1000 * SENSITIVITY }),
};

const GROUPS = [RADIATION, BATTERY];

/** The light that plants can use. */
export const dlPar: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-par',
  description: 'Photosynthetically active radiation sensor',
  documentation: 'https://cdn.decentlab.com/download/datasheets/Decentlab-DL-PAR-datasheet.pdf',
  feeds: ['PlantObserved'],
  controlledProperty: ['light'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 0291 0003 8069 0c60',
      fPort: 1,
      measurements: { photosyntheticallyActiveRadiation: 48.065185546875, batteryVoltage: 3.168 },
      source: 'chirpstack-device-profiles, DL-PAR',
    },
    {
      bytes: '02 0291 0002 0c60',
      fPort: 1,
      measurements: { batteryVoltage: 3.168 },
      source: 'computed by hand: battery only',
    },
  ],
};
