import { between, type Quantities, type Quantity, quantity } from './quantity.ts';
import { PARTS_PER_BILLION } from './scales.ts';

const GAS_CONSTANT = 8.314462618;
/** Litres that a mole of gas fills at 293 K and 1013 hPa, where the European air-quality directive measures. */
const MOLAR_VOLUME = (GAS_CONSTANT * 293) / 101.3;

/** Grams a mole of the gases, by quantity name. */
const MOLAR_MASSES: { readonly [gas: string]: number } = {
  no: 30.006,
  no2: 46.006,
  o3: 47.998,
  so2: 64.064,
  co: 28.01,
  nh3: 17.031,
  h2s: 34.081,
  hcho: 30.026,
};

/** What a part per billion of the gas weighs, in µg/m³; undefined for what is no gas of known molar mass. */
export function microgramsOfPpb(gas: string): number | undefined {
  const mass = Object.hasOwn(MOLAR_MASSES, gas) ? MOLAR_MASSES[gas] : undefined;
  return mass === undefined ? undefined : mass / MOLAR_VOLUME;
}

/** A gas that sensors tell in ppb; where a model wants its mass, the mass. */
function gas(name: string, attribute?: string, unitCode: 'GQ' | 'GP' = 'GQ'): Quantity {
  const milligrams = unitCode === 'GP';
  const factor = (microgramsOfPpb(name) ?? 0) / (milligrams ? 1000 : 1);
  const targets =
    attribute === undefined
      ? {}
      : { AirQualityObserved: { attribute, unitCode, factor, digits: milligrams ? 4 : 2 } };
  return quantity('ppb', { ...PARTS_PER_BILLION, range: between(0, 10_000_000) }, targets);
}

/** Gases in the air, in parts per billion. */
export const GASES: Quantities = {
  no: gas('no', 'no'),
  no2: gas('no2', 'no2'),
  o3: gas('o3', 'o3'),
  so2: gas('so2', 'so2'),
  h2s: gas('h2s', 'sh2'),
  co: gas('co', 'co', 'GP'),
  nh3: gas('nh3'),
  hcho: gas('hcho'),
};
