import type { Json } from '../../measurement.ts';
import { pointOf } from '../geo-values.ts';
import { between, type Quantities, type Quantity, quantity, state } from './quantity.ts';
import { SHARE_OF_PERCENT } from './scales.ts';

/** Where a tracker is: `{ latitude, longitude, altitude? }` in degrees and metres becomes a GeoJSON Point. */
const location: Quantity = {
  delivered: '{ latitude, longitude, altitude? }',
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
  weight: quantity('kg', { unitCode: 'KGM', range: between(-1000, 1e6) }, { WasteContainer: 'cargoWeight' }),
  accelerationMotionCount: quantity('count', { unitCode: 'C62' }),
  accelerationX: acceleration(),
  accelerationY: acceleration(),
  accelerationZ: acceleration(),
};
