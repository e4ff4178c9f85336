import type { IncomingMessage } from 'node:http';

/** What came of a body: its text, or the reason why it was not taken. */
export type BodyOutcome =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-utf8' };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a body of at most `limit` bytes. Rejects when the client goes away before its end. */
export function readBody(request: IncomingMessage, limit: number): Promise<BodyOutcome> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) resolve({ kind: 'too-large' });
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(decodeBody(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away')));
  });
}

function decodeBody(chunks: readonly Buffer[]): BodyOutcome {
  const [first] = chunks;
  const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  try {
    return { kind: 'text', text: decoder.decode(bytes) };
  } catch {
    return { kind: 'not-utf8' };
  }
}
