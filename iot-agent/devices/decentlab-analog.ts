/** Volts at the full scale of the 16-bit converter, in both directions. */
const FULL_SCALE = 3;
const OFFSET = 32768;

/** Volts at an analogue input of the 16-bit converter. */
export function converterVolts(word: number): number {
  return FULL_SCALE * (word / OFFSET - 1);
}

/** Ohms of a resistor below `reference` ohms, by the share of the voltage over both that it takes. */
export function lowerResistance(share: number, reference: number): number {
  return (share * reference) / (1 - share);
}
