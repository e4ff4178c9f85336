import type { Micros } from '../../domain/entity.ts';

/**
 * How long what ended is kept: deliveries, because folding again must find them, tombstones and what has expired, because
 * the stamps of an Entity that is created again shall grow though it be by a process whose clock is behind.
 */
export const KEPT: Micros = 3_600_000_000;
const BETWEEN_SWEEPS: Micros = 60_000_000;

/** Forgets, when called and at most once a minute, what ended more than an hour ago. */
export function sweeper(
  now: () => Micros,
  forget: readonly ((before: Micros) => Promise<unknown>)[],
): () => Promise<void> {
  let last = now();
  return async () => {
    const time = now();
    if (time - last < BETWEEN_SWEEPS) return;
    last = time;
    await Promise.all(forget.map((each) => each(time - KEPT)));
  };
}
