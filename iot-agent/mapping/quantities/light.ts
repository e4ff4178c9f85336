import { between, inTypes, type Quantities, quantity, state } from './quantity.ts';
import { SHARE_OF_PERCENT } from './scales.ts';

const lit = () => state('lit or not');

/** Light that is measured, and lamps that give it. */
export const LIGHT: Quantities = {
  illuminance: quantity(
    'lx',
    { unitCode: 'LUX', digits: 2, range: between(0, 500_000) },
    inTypes('illuminance', 'WeatherObserved', 'IndoorEnvironmentObserved'),
  ),
  lightVisibleInfrared: quantity('raw reading'),
  lightInfrared: quantity('raw reading'),
  rawInfrared: quantity('raw reading'),
  rawInfraredFiltered: quantity('raw reading'),
  lampOn: lit(),
  dimLevel: quantity(
    '%',
    { ...SHARE_OF_PERCENT, range: between(0, 100) },
    inTypes('illuminanceLevel', 'Streetlight', 'StreetlightGroup'),
  ),
  bright: state('light or dark'),
  lightLevel: quantity('0 dark … 5 bright', { digits: 0, range: between(0, 10) }),
  lampOn1: lit(),
  lampOn2: lit(),
  lampOn3: lit(),
  lampOn4: lit(),
  lampOn5: lit(),
  lampOn6: lit(),
  lampOn7: lit(),
  lampOn8: lit(),
};
