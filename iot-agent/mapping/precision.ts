import type { Json } from '../measurement.ts';

/** Why a value must not be written as it was read: its digits are not those that were sent. Undefined when they are. */
export function precisionFault(value: Json): string | undefined {
  return hasLostDigits(value)
    ? `holds a whole number beyond ${Number.MAX_SAFE_INTEGER}, of which the last digits are lost on the way: send it as text`
    : undefined;
}

function hasLostDigits(value: Json): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasLostDigits);
}
