import type { Device } from '../../registry/device.ts';
import { numericSetting } from '../device-settings.ts';
import { round } from '../quantities/quantity.ts';
import type { DerivedAttribute } from './derived-attribute.ts';

const SENSOR_HEIGHT = 'sensorHeight';
const MILLIMETRES = 1000;

const missing = (device: Device): readonly string[] =>
  numericSetting(device, SENSOR_HEIGHT) === undefined ? [`internal_attributes.${SENSOR_HEIGHT}`] : [];

/** Metres of water below a sensor that hangs `sensorHeight` millimetres above the bed, or above the zero of the gauge. */
function levelAs(attribute: string): DerivedAttribute {
  return {
    attribute,
    unitCode: 'MTR',
    uses: ['distance'],
    appliesTo: ({ distance, waterLevel }) => typeof distance === 'number' && waterLevel === undefined,
    missingSettings: missing,
    derive({ distance }, device) {
      if (typeof distance !== 'number') return undefined;
      const height = numericSetting(device, SENSOR_HEIGHT) ?? 0;
      return round(Math.max(0, height - distance) / MILLIMETRES, 3);
    },
  };
}

/** The level that WaterObserved tells. */
export const waterLevel: DerivedAttribute = levelAs('waterLevel');

/** The level that FloodMonitoring tells beside its alert levels. */
export const currentLevel: DerivedAttribute = levelAs('currentLevel');

/** What that level is measured from. */
export const referenceLevel: DerivedAttribute = {
  attribute: 'referenceLevel',
  unitCode: 'MTR',
  uses: ['distance'],
  appliesTo: currentLevel.appliesTo,
  missingSettings: () => [],
  derive(_measurements, device) {
    const height = numericSetting(device, SENSOR_HEIGHT);
    return height === undefined ? undefined : round(height / MILLIMETRES, 3);
  },
};
