import { randomBytes } from 'node:crypto';

/** 192 random bits, fit for URLs. */
export function newSecret(): string {
  return randomBytes(24).toString('base64url');
}
