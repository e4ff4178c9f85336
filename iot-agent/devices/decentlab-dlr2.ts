import type { SensorGroup } from './decentlab-protocol.ts';
import { joined } from './decentlab-words.ts';

/** Where all variants of the DL-DLR2 are described. */
export const DLR2_DOCUMENTATION =
  'https://www.decentlab.com/products/analog-or-digital-sensor-device-for-lorawan';

/** A pulse counter: pulses of the interval, its seconds, and pulses since it was started. */
export function pulseCounter(input: number): SensorGroup {
  return {
    name: `pulse counter ${input}`,
    words: 4,
    read: ([count = 0, interval = 0, low = 0, high = 0]) => ({
      [`pulseCount${input}`]: count,
      [`pulseInterval${input}`]: interval,
      [`pulseTotal${input}`]: joined(low, high),
    }),
  };
}

/** A digital input, high being true. */
export function digitalInput(input: number): SensorGroup {
  return {
    name: `digital input ${input}`,
    words: 1,
    read: ([level = 0]) => ({ [`digitalInput${input}`]: level !== 0 }),
  };
}
