import type { Json, PlainMeasure } from '../measurement.ts';
import type { NormalizedAttribute } from './attribute.ts';

/** A measure as the mapping takes it, whatever form the device sent it in. */
export interface Measure {
  readonly values: PlainMeasure['values'];
  /** The Attributes that a device made itself, by the names of their values. */
  readonly typed?: ReadonlyMap<string, NormalizedAttribute>;
  /** Metadata that came with the values: value name → metadata name → value. */
  readonly metadata?: { readonly [name: string]: Json };
}
