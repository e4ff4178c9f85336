/**
 * Refuses payloads of another length than the device sends.
 * @throws Error that names the length, the device (`device` with its article: `an LDDS75`) and the lengths that it sends.
 */
export function expectLength(bytes: Uint8Array, device: string, ...lengths: readonly number[]): void {
  if (!lengths.includes(bytes.length))
    throw new Error(`payload has ${bytes.length} byte(s): ${device} sends ${lengths.join(' or ')}`);
}

/**
 * Refuses ports that the device never sends on.
 * @throws Error that names the port, the device and its ports; of an empty payload that it is empty.
 */
export function expectPort(
  { bytes, fPort }: { readonly bytes: Uint8Array; readonly fPort: number },
  device: string,
  ...ports: readonly number[]
): void {
  if (bytes.length === 0) throw new Error(`payload is empty: ${device} sends none that is`);
  if (!ports.includes(fPort))
    throw new Error(`payload came on port ${fPort}: ${device} sends on port ${ports.join(', ')}`);
}
