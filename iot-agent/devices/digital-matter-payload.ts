import type { ByteReader } from './bytes.ts';
import type { Measurements } from './device-model.ts';

const DEGREES = 1e-7;

/** Degrees of 32 bits whose lowest `flagBits` are no part of it. */
export function degrees(raw: number, flagBits = 0): number {
  return Number((((raw >> flagBits) << flagBits) * DEGREES).toFixed(7));
}

/** Degrees of which the device sends the high 24 of the 32 bits. */
export function coarseDegrees(reader: ByteReader, what: string): number {
  return degrees(reader.int24(what) << 8);
}

/** Where the device is. */
export function location(latitude: number, longitude: number): Measurements {
  return { location: { latitude, longitude } };
}
