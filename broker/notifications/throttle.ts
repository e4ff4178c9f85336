import type { Micros } from '../domain/entity.ts';

/** Keeps the least time between two notifications of a Subscription (`throttling`, table 5.2.12-1). */
export class Throttle {
  #lastSent: Micros | undefined;
  #hasLearnt = false;
  /** True when the last notification filled the memory: what is left in the store belongs to it. */
  #isPart = false;

  /** False until it was told when an earlier process sent the last notification. */
  hasLearnt(): boolean {
    return this.#hasLearnt;
  }

  /** Takes over when the last notification was sent: a restart must not break the period. */
  learn(lastSent: Micros | undefined): void {
    this.#hasLearnt = true;
    this.#lastSent ??= lastSent;
  }

  /** A period begins. `isPart`: more is left than fits into memory, and may follow at once. */
  begin(now: Micros, { isPart }: { readonly isPart: boolean }): void {
    this.#lastSent = now;
    this.#isPart = isPart;
  }

  /** When the next notification may be sent. */
  until(period: Micros, { hasMore }: { readonly hasMore: boolean }): Micros {
    if (this.#lastSent === undefined || (this.#isPart && hasMore)) return 0;
    return this.#lastSent + period;
  }

  /** True while there is nothing to remember. */
  isUnused(): boolean {
    return this.#lastSent === undefined;
  }
}
