import type { Incoming } from '../measurement.ts';

/** The text in which what arrived is kept; bytes are base64. */
export function encodeIncoming(incoming: Incoming): string {
  if (!('bytes' in incoming) || incoming.bytes === undefined) return JSON.stringify(incoming);
  const { bytes, ...rest } = incoming;
  const { buffer, byteOffset, byteLength } = bytes;
  return JSON.stringify({ ...rest, bytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64') });
}

/** What `encodeIncoming` was given. */
export function decodeIncoming(text: string): Incoming {
  const stored = JSON.parse(text) as
    | Incoming
    | { readonly kind: 'lorawan' | 'plain'; readonly bytes: string };
  if (!('bytes' in stored) || typeof stored.bytes !== 'string') return stored as Incoming;
  return { ...stored, bytes: Buffer.from(stored.bytes, 'base64') } as Incoming;
}
