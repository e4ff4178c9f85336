import type { Json } from '../measurement.ts';
import type { Readings } from './decentlab-protocol.ts';
import type { ModelSetting } from './device-model.ts';
import { settingOrNominal } from './settings.ts';

const PASCALS_PER_BAR = 100_000;
const GRAVITY = 9.80665;

/** What the probe hangs in. */
const LIQUID_DENSITY: ModelSetting = {
  name: 'liquidDensity',
  description: 'density of the liquid, kg/m³',
  nominal: 1000,
  positive: true,
};

/** The settings of a level probe: those of its range, and the density of the liquid. */
export const withDensity = (...range: readonly ModelSetting[]): readonly ModelSetting[] => [
  ...range,
  LIQUID_DENSITY,
];

/** The pressure of the liquid above a probe, and how high it stands there for that. */
export function liquidAbove(bar: number | undefined, settings: Json | undefined): Readings {
  if (bar === undefined) return {};
  const pascals = bar * PASCALS_PER_BAR;
  const density = settingOrNominal(settings, LIQUID_DENSITY);
  return { waterPressure: pascals, waterLevel: pascals / (density * GRAVITY) };
}
