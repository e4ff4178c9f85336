import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel } from '../device-model.ts';

const DISTANCE: SensorGroup = {
  name: 'distance',
  words: 2,
  // Without a single valid sample the distance word says nothing.
  read: ([distance = 0, samples = 0]) =>
    samples === 0 ? { validSamples: 0 } : { distance, validSamples: samples },
};

const GROUPS = [DISTANCE, BATTERY];

/** Distance by ultrasound: bins, silos and water levels. */
export const dlMbx: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-mbx',
  description: 'Ultrasonic distance and level sensor',
  documentation: 'https://www.decentlab.com/products/ultrasonic-distance-/-level-sensor-for-lorawan',
  feeds: ['WasteContainer', 'WaterObserved', 'FloodMonitoring'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 012f 0003 04d2 0001 0bb1',
      fPort: 1,
      measurements: { distance: 1234, validSamples: 1, batteryVoltage: 2.993 },
      source: 'chirpstack-device-profiles, DL-MBX',
    },
    {
      bytes: '02 012f 0003 ffff 0000 0bb1',
      fPort: 1,
      measurements: { validSamples: 0, batteryVoltage: 2.993 },
      source: 'computed by hand: no valid sample, hence no distance',
    },
    {
      bytes: '02 012f 0002 0bb1',
      fPort: 1,
      measurements: { batteryVoltage: 2.993 },
      source: 'computed by hand: battery only',
    },
  ],
};
