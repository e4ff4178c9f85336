import { createHash } from 'node:crypto';
import type { Json } from '../domain/entity.ts';

const prefix = 'urn:ngsi-ld:Context:';

/**
 * The local identifier of the copy of the @context at a URL (clause 5.13.1): the same in every process, whichever
 * downloads it first.
 */
export function cachedContextId(url: string): string {
  return prefix + digest(`Cached ${url}`);
}

/** The local identifier of an @context that came without a URL: the same for the same content. */
export function implicitContextId(reference: Json): string {
  return prefix + digest(`ImplicitlyCreated ${JSON.stringify(reference)}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
