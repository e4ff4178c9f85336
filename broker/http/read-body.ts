import type { IncomingMessage } from 'node:http';

/** What came of a body: its text, or the reason why it was not taken. */
export type BodyOutcome =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-utf8' }
  /** The client went away before its end. */
  | { readonly kind: 'cut-off' };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a body of at most `limit` bytes; what comes after them is thrown away. */
export function readBody(request: IncomingMessage, limit: number): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) resolve({ kind: 'too-large' });
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(decodeBody(chunks)));
    const cutOff = (): void => resolve({ kind: 'cut-off' });
    request.on('error', cutOff);
    request.on('close', cutOff);
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
