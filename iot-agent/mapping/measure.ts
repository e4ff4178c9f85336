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

/** The value under a key; undefined when there is none, or it is null, which says nothing in NGSI-LD. */
export function valueUnder({ values }: Measure, key: string): Json | undefined {
  return Object.hasOwn(values, key) ? (values[key] ?? undefined) : undefined;
}
