import type { Measurements } from '../../devices/device-model.ts';
import type { Json } from '../../measurement.ts';
import type { Device } from '../../registry/device.ts';

/** An Attribute that follows from measurements and from how the device is mounted. */
export interface DerivedAttribute {
  readonly attribute: string;
  readonly unitCode?: string;
  /** The quantities that it is made of: those that are there must be plausible. */
  readonly uses: readonly string[];
  /** Whether the measurements say anything about it. */
  appliesTo(measurements: Measurements): boolean;
  /** What the device must be told before the Attribute can be derived; empty when it knows enough. */
  missingSettings(device: Device): readonly string[];
  /** Asked only when it applies and no setting is missing; undefined when the measurements do not say after all. */
  derive(measurements: Measurements, device: Device): Json | undefined;
}

/** Nothing has to be set. */
export const nothingMissing = (): readonly string[] => [];
