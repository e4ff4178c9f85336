/** Texts that come one after the other, to be read to their end or given up by `return`. */
export interface Texts extends AsyncIterableIterator<string> {
  return(): Promise<IteratorResult<string>>;
}

/** How many exports run at the same time. */
export interface ExportSlots {
  isFull(): boolean;
  /**
   * Texts that hold a slot from now on until they end, fail or are given up. `begin` is told how it finds out that they
   * were given up, which it may be while it works on the next one.
   */
  occupy(begin: (isGivenUp: () => boolean) => AsyncIterator<string>): Texts;
}

/** So many at most, which the caller of `occupy` sees to. */
export function exportSlots(limit: number): ExportSlots {
  let taken = 0;
  return {
    isFull: () => taken >= limit,
    occupy: (begin) => {
      taken += 1;
      let isOver = false;
      const leave = (): void => {
        if (!isOver) taken -= 1;
        isOver = true;
      };
      const texts = begin(() => isOver);
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: async () => {
          try {
            const result = await texts.next();
            if (result.done) leave();
            return result;
          } catch (error) {
            leave();
            throw error;
          }
        },
        return: async () => {
          leave();
          await texts.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
