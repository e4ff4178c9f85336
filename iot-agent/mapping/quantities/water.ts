import { between, inTypes, type Quantities, quantity, state } from './quantity.ts';
import { CELSIUS, COUNT, MINUTES, PARTS_PER_MILLION, PERCENT } from './scales.ts';

/** How high water stands, and what is in it. */
export const WATER: Quantities = {
  waterLevel: quantity(
    'm',
    { unitCode: 'MTR', range: between(-1000, 10_000) },
    {
      // Probes in the air show a little less than nothing.
      WaterObserved: { attribute: 'waterLevel', unitCode: 'MTR', crop: between(0, 10_000) },
      FloodMonitoring: 'currentLevel',
      PhreaticObserved: 'waterTable',
    },
  ),
  waterTemperature: quantity(
    '°C',
    { ...CELSIUS, range: between(-20, 120) },
    { WaterQualityObserved: 'temperature' },
  ),
  electricalConductivity: quantity(
    'µS/cm',
    { unitCode: 'G42', digits: 2, range: between(0, 1_000_000) },
    { WaterQualityObserved: 'conductivity' },
  ),
  ph: quantity('pH', { unitCode: 'Q30', range: between(0, 14) }, { WaterQualityObserved: 'pH' }),
  turbidity: quantity(
    'NTU',
    { unitCode: 'NTU', digits: 2, range: between(0, 100_000) },
    { WaterQualityObserved: 'turbidity' },
  ),
  dissolvedOxygen: quantity(
    'mg/l',
    { unitCode: 'M1', range: between(0, 100) },
    { WaterQualityObserved: 'O2' },
  ),
  oxygenSaturation: quantity('%', { ...PERCENT, range: between(0, 500) }),
  oxidationReductionPotential: quantity(
    'mV',
    { unitCode: '2Z', digits: 1, range: between(-2500, 2500) },
    { WaterQualityObserved: 'orp' },
  ),
  salinity: quantity('ppt', { digits: 3, range: between(0, 400) }, { WaterQualityObserved: 'salinity' }),
  waterPressure: quantity(
    'Pa',
    { unitCode: 'PAL', digits: 1, range: between(-200_000, 1e9) },
    {
      PhreaticObserved: {
        ...{ attribute: 'pressure', unitCode: 'BAR', factor: 1e-5, digits: 5 },
        crop: between(0, 10_000),
      },
    },
  ),
  freezing: state('frozen or not'),
  turbidityFnu: quantity('FNU', { digits: 2, range: between(0, 100_000) }),
  turbidityFau: quantity('FAU', { digits: 2, range: between(0, 100_000) }),
  suspendedSolids: quantity(
    'mg/l',
    { unitCode: 'M1', digits: 2, range: between(0, 1_000_000) },
    { WaterQualityObserved: 'tss' },
  ),
  sludgeBlanket: quantity('%', { ...PERCENT, range: between(0, 1000) }),
  dissolvedOxygenPpm: quantity('ppm', { ...PARTS_PER_MILLION, range: between(0, 100) }),
  phPotential: quantity('mV', { unitCode: '2Z', digits: 1, range: between(-2500, 2500) }),
  waterFlow: quantity(
    'm³/h',
    { unitCode: 'MQH', range: between(-1e6, 1e6) },
    inTypes('flow', 'WaterObserved', 'WaterQualityObserved'),
  ),
  waterLeak: quantity('raw reading'),
  leakCount: quantity('count', COUNT),
  lastLeakDuration: quantity('min', MINUTES),
  waterVolume: quantity('l', { unitCode: 'LTR', range: between(0, 1e12) }),
  waterVolumeInInterval: quantity('l', { unitCode: 'LTR', range: between(0, 1e9) }),
};
