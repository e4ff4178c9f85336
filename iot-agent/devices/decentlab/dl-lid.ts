import { BATTERY, decodeDecentlab, type SensorGroup } from '../decentlab-protocol.ts';
import type { DeviceModel, Measurements } from '../device-model.ts';

/** The order of the words is the device's; `distance` is the average of the samples. */
function readDistances(words: readonly number[]): Measurements {
  const [average = 0, minimum = 0, maximum = 0, median = 0, p10 = 0, p25 = 0, p75 = 0, p90 = 0] = words;
  const [mostFrequent = 0, samples = 0, time = 0] = words.slice(8);
  const acquisition = { validSamples: samples, acquisitionTime: time / 1.024 };
  // Without a single sample the distance words say nothing.
  if (samples === 0) return acquisition;
  return {
    distance: average,
    distanceMinimum: minimum,
    distanceMaximum: maximum,
    distanceMedian: median,
    distancePercentile10: p10,
    distancePercentile25: p25,
    distancePercentile75: p75,
    distancePercentile90: p90,
    distanceMostFrequent: mostFrequent,
    ...acquisition,
  };
}

const DISTANCES: SensorGroup = { name: 'distances', words: 11, read: readDistances };

const GROUPS = [DISTANCES, BATTERY];

/** Distance by laser: bins, silos and water levels. */
export const dlLid: DeviceModel = {
  vendor: 'decentlab',
  model: 'dl-lid',
  description: 'Laser distance and level sensor',
  documentation: 'https://www.decentlab.com/products/laser-distance-level-sensor-for-lorawan',
  feeds: ['WasteContainer', 'WaterObserved', 'FloodMonitoring'],
  controlledProperty: ['fillingLevel'],
  category: ['sensor'],
  decode: (input) => decodeDecentlab(input, GROUPS),
  examples: [
    {
      bytes: '02 11c9 0003 119b 1176 11bc 119e 118a 1194 11a8 11a8 1194 0064 0199 0abd',
      fPort: 1,
      measurements: {
        distance: 4507,
        distanceMinimum: 4470,
        distanceMaximum: 4540,
        distanceMedian: 4510,
        distancePercentile10: 4490,
        distancePercentile25: 4500,
        distancePercentile75: 4520,
        distancePercentile90: 4520,
        distanceMostFrequent: 4500,
        validSamples: 100,
        acquisitionTime: 399.4140625,
        batteryVoltage: 2.749,
      },
      source: 'chirpstack-device-profiles, DL-LID',
    },
    {
      bytes: '02 11c9 0002 0abd',
      fPort: 1,
      measurements: { batteryVoltage: 2.749 },
      source: 'computed by hand: battery only',
    },
  ],
};
