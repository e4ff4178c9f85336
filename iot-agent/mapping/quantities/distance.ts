import { between, type Quantities, quantity } from './quantity.ts';
import { COUNT, MILLIMETRES } from './scales.ts';

const distance = () => quantity('mm', { ...MILLIMETRES, range: between(0, 1_000_000) });

/** How far something is from the sensor, and how it was measured. */
export const DISTANCE: Quantities = {
  distance: quantity(
    'mm',
    { ...MILLIMETRES, range: between(0, 1_000_000) },
    { FloodMonitoring: { attribute: 'measuredDistance', unitCode: 'MTR', factor: 0.001 } },
  ),
  distanceMinimum: distance(),
  distanceMaximum: distance(),
  distanceMedian: distance(),
  distancePercentile10: distance(),
  distancePercentile25: distance(),
  distancePercentile75: distance(),
  distancePercentile90: distance(),
  distanceMostFrequent: distance(),
  validSamples: quantity('count', COUNT),
  acquisitionTime: quantity('ms', { unitCode: 'C26' }),
};
