/** The longest that an operation is tried again, in milliseconds; what it waits for inside comes on top once. */
const LONGEST = 5_000;
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 200;

/** Pauses between the attempts of one operation: they double, with jitter, and end. */
export class Attempts {
  readonly #since = performance.now();
  #pause = FIRST_PAUSE;

  /** Waits for the next attempt; false, at once, when there shall be none. */
  async another(): Promise<boolean> {
    if (performance.now() - this.#since > LONGEST) return false;
    const pause = this.#pause * (0.5 + Math.random() / 2);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    await new Promise((resolve) => setTimeout(resolve, pause));
    return true;
  }
}
