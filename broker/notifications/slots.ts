/** Lets so many through at once, first come, first served. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Calls back when there is a slot, at once where one is free; what it is given gives the slot back, once. */
  take(use: (giveBack: () => void) => void): void {
    const begin = (): void => use(() => this.#giveBack());
    if (this.#free === 0) this.#waiting.push(begin);
    else {
      this.#free -= 1;
      begin();
    }
  }

  #giveBack(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
