import type { Incoming } from '../measurement.ts';

/** The text in which what arrived is kept; bytes are base64. */
export function encodeIncoming(incoming: Incoming): string {
  if (incoming.kind !== 'lorawan') return JSON.stringify(incoming);
  const { bytes, ...rest } = incoming;
  const { buffer, byteOffset, byteLength } = bytes;
  return JSON.stringify({ ...rest, bytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64') });
}

/** What `encodeIncoming` was given. */
export function decodeIncoming(text: string): Incoming {
  const stored = JSON.parse(text) as Incoming | { readonly kind: 'lorawan'; readonly bytes: string };
  if (stored.kind !== 'lorawan') return stored;
  return { ...stored, bytes: Buffer.from(stored.bytes as string, 'base64') } as Incoming;
}
