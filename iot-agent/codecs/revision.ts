import { createHash } from 'node:crypto';

/** The revision of a script: 16 hexadecimal digits of its content. */
export function revisionOf(script: string): string {
  return createHash('sha256').update(script).digest('hex').slice(0, 16);
}
