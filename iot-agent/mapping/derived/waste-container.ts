import type { Device } from '../../registry/device.ts';
import { numericSetting, textSetting } from '../device-settings.ts';
import { round } from '../quantities/quantity.ts';
import { type DerivedAttribute, nothingMissing } from './derived-attribute.ts';

const EMPTY = 'emptyDistance';
const FULL = 'fullDistance';
const HEIGHT = 'height';
const OFFSET = 'sensorOffset';
const SHAPE = 'shape';
const FILLING_LEVEL_DIGITS = 4;

/** From the share of the height that is filled to the share of the volume, by the shape of the bin. */
const SHAPES: { readonly [shape: string]: (share: number) => number } = {
  linear: (share) => share,
  // A barrel on its side: the waste fills a segment of its round front.
  cylindrical(share) {
    const angle = 2 * Math.acos(1 - 2 * share);
    return (angle - Math.sin(angle)) / (2 * Math.PI);
  },
};

/** How far from the sensor the bottom of the bin is, and the waste when it is full, in millimetres. */
interface Geometry {
  readonly empty: number | undefined;
  readonly full: number | undefined;
}

/** Two distances, or the inner height of the bin and how far above its rim the sensor sits (0 if it does not say). */
function geometryOf(device: Device): Geometry {
  const height = numericSetting(device, HEIGHT);
  const offset = numericSetting(device, OFFSET) ?? 0;
  return {
    empty: numericSetting(device, EMPTY) ?? (height === undefined ? undefined : offset + height),
    full: numericSetting(device, FULL) ?? (height === undefined ? undefined : offset),
  };
}

const setting = (name: string): string => `internal_attributes.${name}`;

function missingGeometry(device: Device): readonly string[] {
  const { empty, full } = geometryOf(device);
  if (empty === undefined || full === undefined) {
    return [...(empty === undefined ? [setting(EMPTY)] : []), ...(full === undefined ? [setting(FULL)] : [])];
  }
  return empty > full ? [] : [`${setting(EMPTY)} above ${setting(FULL)}`];
}

function missingShape(device: Device): readonly string[] {
  const shape = textSetting(device, SHAPE);
  if (shape === undefined || Object.hasOwn(SHAPES, shape)) return [];
  return [`${setting(SHAPE)} as one of ${Object.keys(SHAPES).join(', ')}`];
}

/** A bin's filling level by the distance from its lid to the waste, in millimetres: 0 empty, 1 full. */
export const fillingLevel: DerivedAttribute = {
  attribute: 'fillingLevel',
  unitCode: 'C62',
  uses: ['distance'],
  appliesTo: ({ distance }) => typeof distance === 'number',
  missingSettings: (device) => [...missingGeometry(device), ...missingShape(device)],
  derive({ distance }, device) {
    const { empty = 0, full = 0 } = geometryOf(device);
    if (typeof distance !== 'number') return undefined;
    const share = Math.min(1, Math.max(0, (empty - distance) / (empty - full)));
    const volume = SHAPES[textSetting(device, SHAPE) ?? 'linear']?.(share);
    return volume === undefined ? undefined : round(volume, FILLING_LEVEL_DIGITS);
  },
};

/** What has become of a bin, if its sensor can tell: it has fallen over, or its lid stands open. */
export const containerStatus: DerivedAttribute = {
  attribute: 'status',
  uses: ['tilted', 'contactOpen'],
  appliesTo: ({ tilted, contactOpen }) => typeof tilted === 'boolean' || typeof contactOpen === 'boolean',
  missingSettings: nothingMissing,
  derive({ tilted, contactOpen }) {
    if (tilted === true) return 'dropped';
    return contactOpen === true ? 'lidOpen' : 'ok';
  },
};
