import { between, type Quantities, quantity } from './quantity.ts';
import { CELSIUS, PERCENT } from './scales.ts';

/** The ground, and what grows in it. */
export const SOIL: Quantities = {
  soilTemperature: quantity('°C', { ...CELSIUS, range: between(-60, 120) }),
  soilMoisture: quantity('%', { ...PERCENT, range: between(-10, 110) }),
  soilPermittivity: quantity('relative to vacuum', { digits: 3, range: between(0, 200) }),
  soilConductivity: quantity('µS/cm', { unitCode: 'G42', digits: 2, range: between(0, 100_000) }),
  soilSalinity: quantity('volumetric ion content', { digits: 0, range: between(-100, 100_000) }),
  soilWaterPotential: quantity('kPa', { unitCode: 'KPA', digits: 1, range: between(-100_000, 0) }),
  leafWetness: quantity('%', { ...PERCENT, range: between(0, 110) }),
  leafTemperature: quantity('°C', { ...CELSIUS, range: between(-60, 120) }),
};
