/**
 * The keep-alive of a payload: all of it, or its last `length` bytes behind the answers to commands. It begins with one of `commands`.
 * Undefined when the payload has answers alone.
 * @throws Error when the payload is empty.
 */
export function keepAliveOf(
  bytes: Uint8Array,
  length: number,
  commands: readonly number[],
): Uint8Array | undefined {
  const [first] = bytes;
  if (first === undefined) throw new Error('payload is empty: it has at least a command');
  if (commands.includes(first)) return bytes;
  const last = bytes.subarray(-length);
  return bytes.length > length && commands.includes(last[0] ?? 0) ? last : undefined;
}
