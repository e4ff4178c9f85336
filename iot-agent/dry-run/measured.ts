import type { Measurements } from '../devices/device-model.ts';
import { findQuantity } from '../mapping/quantities.ts';
import type { Json } from '../measurement.ts';

/** A measurement, for people. */
export interface Measured {
  readonly value: Json;
  /** Of a number; absent for states, words and what the quantity table does not know. */
  readonly unit?: string;
}

/** Measurements with their units. */
export function measured(measurements: Measurements): { readonly [quantity: string]: Measured } {
  return Object.fromEntries(
    Object.entries(measurements).map(([name, value]) => {
      const quantity = findQuantity(name);
      return [
        name,
        quantity?.nature === 'number' ? { value: shown(value), unit: quantity.delivered } : { value },
      ];
    }),
  );
}

/** Without the dust of conversions, such as 50.00000000000001. */
function shown(value: Json): Json {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}
