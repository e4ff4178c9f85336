const OFFSET = 32768;
const WORD = 65536;
/** Half of the 24 bits that the analogue-digital converter has: what stands for zero. */
const CONVERTER_ZERO = 8388608;

/**
 * A number that may be below zero, sent with an offset of 32768 in units of `1 / perUnit`.
 * Undefined for the lowest word, which stands where a probe is missing or has not answered.
 */
export function signed(word: number, perUnit = 1): number | undefined {
  return word === 0 ? undefined : (word - OFFSET) / perUnit;
}

/** An unsigned number of two words, the lower one first. */
export function joined(low: number, high: number): number {
  return low + high * WORD;
}

/** What the 24-bit converter measured, as a share of its reference: -1 to 1. */
export function converterRatio(low: number, high: number): number {
  return joined(low, high) / CONVERTER_ZERO - 1;
}
