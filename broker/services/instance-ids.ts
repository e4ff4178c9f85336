import type { Micros } from '../domain/entity.ts';

/** Hexadecimal digits of microseconds: they suffice until the year 4253. */
const DIGITS = 14;

/**
 * Gives ids of instances that sort in the order in which they are given, so that of those of one moment the last one is
 * what came last. `writer` tells them from those of other processes.
 */
export function instanceIds(now: () => Micros, writer: string): () => string {
  let last = 0;
  return () => {
    last = Math.max(now(), last + 1);
    return `urn:ngsi-ld:Instance:${last.toString(16).padStart(DIGITS, '0')}-${writer}`;
  };
}
