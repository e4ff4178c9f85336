/** Looks at chunks of a connection in turn; false as soon as a packet announces more than the limit. */
export type PacketLimit = (chunk: Uint8Array) => boolean;

/** Seven bits a byte, at most four bytes (MQTT 3.1.1, section 2.2.3). */
const lengthBytes = 4;

/**
 * A check of the MQTT packets of one connection by the lengths that they announce, before anything is collected in
 * memory; `most` in bytes. It looks at two to five bytes of a packet and skips the rest.
 */
export function packetLimit(most: number): PacketLimit {
  /** Bytes of the present packet that are still to come. */
  let toSkip = 0;
  /** Bytes of the fixed header seen: 0, the type, then those of the length. */
  let seen = 0;
  let length = 0;
  /** True when the byte ends the fixed header. */
  const endsHeader = (byte: number): boolean => {
    if (seen++ === 0) return false;
    length += (byte & 0x7f) * 128 ** (seen - 2);
    return byte < 0x80;
  };
  const fits = (): boolean => length <= most && seen <= lengthBytes + 1;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, chunk.length - at);
        toSkip -= skipped;
        at += skipped;
        continue;
      }
      const isWhole = endsHeader(chunk[at++] ?? 0);
      if (!fits()) return false;
      if (!isWhole) continue;
      toSkip = length;
      seen = 0;
      length = 0;
    }
    return true;
  };
}
