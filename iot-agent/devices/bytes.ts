/** Reads a payload from front to back; every read names what it looks for, so that a short payload explains itself. */
export interface ByteReader {
  /** Bytes not read yet. */
  remaining(): number;
  uint8(what: string): number;
  int8(what: string): number;
  uint16(what: string): number;
  int16(what: string): number;
  uint24(what: string): number;
  int24(what: string): number;
  uint32(what: string): number;
  int32(what: string): number;
  /** @throws Error also for what is no finite number (IEEE 754). */
  float32(what: string): number;
  /** @throws Error when fewer bytes are left. */
  skip(count: number, what: string): void;
}

/**
 * A reader over `bytes` in the given byte order.
 * Each read throws an Error that names the field, its place and what is missing, when the payload ends before it.
 */
export function readBytes(bytes: Uint8Array, order: 'big-endian' | 'little-endian'): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = order === 'little-endian';
  let position = 0;

  const take = (count: number, what: string): number => {
    const left = bytes.length - position;
    if (left < count) {
      throw new Error(
        `payload too short: ${what} needs ${count} byte(s) at byte ${position}, but ${left} of ${bytes.length} are left`,
      );
    }
    const at = position;
    position += count;
    return at;
  };

  const uint24 = (what: string): number => {
    const at = take(3, what);
    const [first, second, third] = [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)];
    return little ? first | (second << 8) | (third << 16) : (first << 16) | (second << 8) | third;
  };

  const float32 = (what: string): number => {
    const value = view.getFloat32(take(4, what), little);
    if (!Number.isFinite(value)) throw new Error(`${what} is ${value}: it takes a finite number`);
    return value;
  };

  return {
    remaining: () => bytes.length - position,
    uint8: (what) => view.getUint8(take(1, what)),
    int8: (what) => view.getInt8(take(1, what)),
    uint16: (what) => view.getUint16(take(2, what), little),
    int16: (what) => view.getInt16(take(2, what), little),
    uint24,
    int24: (what) => (uint24(what) << 8) >> 8,
    uint32: (what) => view.getUint32(take(4, what), little),
    int32: (what) => view.getInt32(take(4, what), little),
    float32,
    skip: (count, what) => {
      take(count, what);
    },
  };
}

/** Whether bit `index` (0 = least significant) of `value` is set. */
export function bit(value: number, index: number): boolean {
  return ((value >>> index) & 1) === 1;
}
