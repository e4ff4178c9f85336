import { between, inTypes, type Quantities, quantity, state } from './quantity.ts';
import { SHARE_OF_PERCENT } from './scales.ts';

/** Light that is measured, and lamps that give it. */
export const LIGHT: Quantities = {
  illuminance: quantity(
    'lx',
    { unitCode: 'LUX', digits: 2, range: between(0, 500_000) },
    { WeatherObserved: 'illuminance' },
  ),
  lightVisibleInfrared: quantity('raw reading'),
  lightInfrared: quantity('raw reading'),
  rawInfrared: quantity('raw reading'),
  rawInfraredFiltered: quantity('raw reading'),
  lampOn: state('lit or not'),
  dimLevel: quantity(
    '%',
    { ...SHARE_OF_PERCENT, range: between(0, 100) },
    inTypes('illuminanceLevel', 'Streetlight', 'StreetlightGroup'),
  ),
};
