import { between, type Quantities, quantity } from './quantity.ts';
import { CELSIUS, MILLIMETRES } from './scales.ts';

const growth = () => quantity('mm', { ...MILLIMETRES, range: between(0, 10_000) });
const heatVelocity = () => quantity('cm/h', { unitCode: 'H49', range: between(-200, 1000) });
const heatRatio = () =>
  quantity('logarithm of a ratio of temperatures', { digits: 5, range: between(-11, 12) });
const peakTime = () => quantity('s', { unitCode: 'SEC', range: between(0, 200) });

/** How plants grow, what they drink, and the light that they can use. */
export const PLANTS: Quantities = {
  // Sensors show a little less than nothing in the dark.
  photosyntheticallyActiveRadiation: quantity('µmol/(m² s)', {
    digits: 1,
    crop: between(0, 5000),
    range: between(-50, 5000),
  }),
  vapourPressureDeficit: quantity('kPa', { unitCode: 'KPA', range: between(-1, 50) }),
  fruitSize: growth(),
  stemSize: growth(),
  dendrometerPosition: quantity('µm', { unitCode: '4H', digits: 1, range: between(-100_000, 100_000) }),
  sapFlow: quantity('l/h', { unitCode: 'E32', range: between(-200, 1000) }),
  stemTemperature: quantity('°C', { ...CELSIUS, range: between(-60, 120) }),
  heatVelocityOuter: heatVelocity(),
  heatVelocityInner: heatVelocity(),
  heatRatioAlphaOuter: heatRatio(),
  heatRatioAlphaInner: heatRatio(),
  heatRatioBetaOuter: heatRatio(),
  heatRatioBetaInner: heatRatio(),
  peakTimeOuter: peakTime(),
  peakTimeInner: peakTime(),
  upstreamPeakTimeOuter: peakTime(),
  upstreamPeakTimeInner: peakTime(),
};
