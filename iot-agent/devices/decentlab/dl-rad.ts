import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import { signed } from '../decentlab-words.ts';
import type { DeviceModel } from '../device-model.ts';

const RADAR: SensorGroup = {
  name: 'radar',
  words: 4,
  read: ([distance = 0, temperature = 0, reliability = 0, status = 0]) => ({
    distance,
    temperature: signed(temperature, 100),
    signalReliability: signed(reliability, 100),
    probeStatus: status,
  }),
};

const GROUPS = [RADAR, BATTERY];

/** Distance by radar: bins, silos and water levels. */
export const dlRad: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-rad',
  description: 'Radar distance and level sensor',
  documentation: 'https://www.decentlab.com/products/radar-distance-level-sensor-for-lorawan',
  feeds: ['WasteContainer', 'WaterObserved', 'FloodMonitoring'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 586b 0003 074c 88b6 8a8c 0000 0b93',
      fPort: 1,
      measurements: {
        distance: 1868,
        temperature: 22.3,
        signalReliability: 27,
        probeStatus: 0,
        batteryVoltage: 2.963,
      },
      source: 'chirpstack-device-profiles, DL-RAD',
    },
    {
      bytes: '02 586b 0002 0b93',
      fPort: 1,
      measurements: { batteryVoltage: 2.963 },
      source: 'computed by hand: battery only',
    },
  ],
};
