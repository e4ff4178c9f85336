import { createHash } from 'node:crypto';

/** A short name for the content of an instance. */
export function contentName(content: string): string {
  return createHash('sha256').update(content).digest('base64url');
}
