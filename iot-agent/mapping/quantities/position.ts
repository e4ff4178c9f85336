import type { Json } from '../../measurement.ts';
import { pointOf } from '../geo-values.ts';
import { between, type Quantities, type Quantity, quantity, state } from './quantity.ts';
import { SHARE_OF_PERCENT } from './scales.ts';

/** Where a tracker is: `{ latitude, longitude, altitude? }` in degrees and metres becomes a GeoJSON Point. */
const location: Quantity = {
  delivered: '{ latitude, longitude, altitude? }',
  nature: 'other',
  ngsiLdKind: 'GeoProperty',
  convert: toPoint,
  targets: {},
};

function toPoint(value: Json): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { latitude, longitude, altitude } = value as { readonly [name: string]: Json };
  return pointOf(longitude, latitude, altitude);
}

const acceleration = () => quantity('g', { unitCode: 'K40' });

/** Where a thing is, how it lies, how it moves and what it weighs. */
export const POSITION: Quantities = {
  location,
  tilted: state('tilted or upright'),
  fillingLevel: quantity(
    '%',
    { ...SHARE_OF_PERCENT, range: between(0, 100) },
    { WasteContainer: 'fillingLevel' },
  ),
  weight: quantity(
    'kg',
    { unitCode: 'KGM', range: between(-1000, 1e6) },
    // A scale with nothing on it shows a little less than nothing.
    { WasteContainer: { attribute: 'cargoWeight', unitCode: 'KGM', crop: between(0, 1e6) } },
  ),
  accelerationMotionCount: quantity('count', { unitCode: 'C62' }),
  accelerationX: acceleration(),
  accelerationY: acceleration(),
  accelerationZ: acceleration(),
  positionCurrent: state('measured now, or the last one known'),
  positionAccuracy: quantity('m', { unitCode: 'MTR', digits: 0, range: between(0, 100_000) }),
  speed: quantity('km/h', { unitCode: 'KMH', digits: 1, range: between(0, 2000) }),
  heading: quantity('°', { unitCode: 'DD', digits: 1, range: between(0, 360) }),
  inTrip: state('on the way or at rest'),
  distanceTravelled: quantity('km', { unitCode: 'KMT', digits: 2, range: between(0, 1e8) }),
  runTime: quantity('s', { unitCode: 'SEC', digits: 0, range: between(0, 1e10) }),
};
