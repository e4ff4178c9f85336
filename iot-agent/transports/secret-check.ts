import { timingSafeEqual } from 'node:crypto';
import { hashKey } from '../../runtime/api-keys.ts';

/** A comparison with a secret, whose time tells nothing about it; what is absent is never right. */
export function secretCheck(secret: string): (given: string | undefined) => boolean {
  const expected = hashKey(secret);
  return (given) => given !== undefined && timingSafeEqual(expected, hashKey(given));
}
