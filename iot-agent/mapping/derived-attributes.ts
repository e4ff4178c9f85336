import type { Measurements } from '../devices/device-model.ts';
import type { Json } from '../measurement.ts';
import type { Device } from '../registry/device.ts';
import { numericSetting } from './device-settings.ts';
import { round } from './quantities.ts';

/** An Attribute that follows from measurements and from how the device is mounted. */
export interface DerivedAttribute {
  readonly attribute: string;
  readonly unitCode?: string;
  /** The quantities that it is made of. */
  readonly uses: readonly string[];
  /** Whether the measurements say anything about it. */
  appliesTo(measurements: Measurements): boolean;
  /** What the device must be told before the Attribute can be derived; empty when it knows enough. */
  missingSettings(device: Device): readonly string[];
  /**
   * Asked only when it applies and no setting is missing; undefined when the measurements do not say after all.
   * @param observedAt microseconds since 1970.
   */
  derive(measurements: Measurements, device: Device, observedAt: number): Json | undefined;
}

const EMPTY = 'emptyDistance';
const FULL = 'fullDistance';
const FILLING_LEVEL_DIGITS = 4;

/** A bin's filling level by the distance from its lid to the waste, in millimetres: 0 empty, 1 full. */
const fillingLevel: DerivedAttribute = {
  attribute: 'fillingLevel',
  unitCode: 'C62',
  uses: ['distance'],
  appliesTo: ({ distance }) => typeof distance === 'number',
  missingSettings(device) {
    const empty = numericSetting(device, EMPTY);
    const full = numericSetting(device, FULL);
    if (empty === undefined || full === undefined) {
      return [
        ...(empty === undefined ? [`internal_attributes.${EMPTY}`] : []),
        ...(full === undefined ? [`internal_attributes.${FULL}`] : []),
      ];
    }
    return empty > full ? [] : [`internal_attributes.${EMPTY} above internal_attributes.${FULL}`];
  },
  derive({ distance }, device) {
    const empty = numericSetting(device, EMPTY) ?? 0;
    const full = numericSetting(device, FULL) ?? 0;
    if (typeof distance !== 'number') return undefined;
    const level = (empty - distance) / (empty - full);
    return round(Math.min(1, Math.max(0, level)), FILLING_LEVEL_DIGITS);
  },
};

/** A lamp hangs on relay 1, or on the one that the setting `relay` names. */
const powerState: DerivedAttribute = {
  attribute: 'powerState',
  uses: [],
  appliesTo: ({ relay1 }) => typeof relay1 === 'boolean',
  missingSettings: () => [],
  derive(measurements, device) {
    const closed = measurements[`relay${numericSetting(device, 'relay') ?? 1}`];
    if (typeof closed !== 'boolean') return undefined;
    return closed ? 'on' : 'off';
  },
};

/** Entity type → what is derived for it. */
export const DERIVED: ReadonlyMap<string, readonly DerivedAttribute[]> = new Map([
  ['WasteContainer', [fillingLevel]],
  ['Streetlight', [powerState]],
]);
