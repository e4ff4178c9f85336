/** Reads numbers of any count of bits, the highest bit of the first byte first. */
export interface BitReader {
  /** The next `count` bits (at most 31) as an unsigned number; undefined when all of them are set, which says "not known". */
  next(count: number): number | undefined;
}

/** A reader over all bits of `bytes`; bits beyond the end are 0. */
export function readBits(bytes: Uint8Array): BitReader {
  let position = 0;
  const bitAt = (at: number): number => ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
  return {
    next(count) {
      let value = 0;
      for (let index = 0; index < count; index += 1) value = value * 2 + bitAt(position + index);
      position += count;
      return value === 2 ** count - 1 ? undefined : value;
    },
  };
}
