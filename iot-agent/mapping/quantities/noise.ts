import { between, type Quantities, quantity } from './quantity.ts';
import { DECIBELS } from './scales.ts';

const level = (attribute?: string) =>
  quantity(
    'dB(A)',
    { ...DECIBELS, range: between(0, 200) },
    attribute === undefined ? {} : { NoiseLevelObserved: attribute },
  );
const unweighted = () => quantity('dB(C)', { ...DECIBELS, range: between(0, 200) });
const sound = () => quantity('dB', { unitCode: '2N', range: between(0, 200) });

/** Sound: A-weighted levels of an interval, and what simple microphones tell. */
export const NOISE: Quantities = {
  laeq: level('LAeq'),
  laMax: level('LAmax'),
  laMin: level(),
  las: level('LAS'),
  noiseInterval: quantity('s', { unitCode: 'SEC', range: between(0, 31 * 86_400) }),
  soundPeak: sound(),
  soundAverage: sound(),
  lcs: unweighted(),
  lceq: unweighted(),
  lcMax: unweighted(),
};
