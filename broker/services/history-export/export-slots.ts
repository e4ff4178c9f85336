/** Texts that come one after the other, to be read to their end or given up by `return`. */
export interface Texts extends AsyncIterableIterator<string> {
  return(): Promise<IteratorResult<string>>;
}

/** Why an export cannot begin now: the process has as many as it may, or the tenant has its share. */
export type SlotRefusal = 'process' | 'tenant';

/** How many exports run at the same time. */
export interface ExportSlots {
  /** Undefined when there is room for one more of the tenant. */
  refusalFor(tenant: string): SlotRefusal | undefined;
  /**
   * Texts that hold a slot of the tenant from now on until they end, fail or are given up. `begin` is told how it finds
   * out that they were given up, which it may be while it works on the next one.
   */
  occupy(tenant: string, begin: (isGivenUp: () => boolean) => AsyncIterator<string>): Texts;
}

/**
 * So many at most, which the caller of `occupy` sees to. A tenant may have no more than are left free: one alone gets
 * half of them, the next one half of the rest, so that there is room for those that come later.
 */
export function exportSlots(limit: number): ExportSlots {
  const taken = new Map<string, number>();
  let all = 0;
  const add = (tenant: string, change: number): void => {
    const count = (taken.get(tenant) ?? 0) + change;
    if (count > 0) taken.set(tenant, count);
    else taken.delete(tenant);
    all += change;
  };
  return {
    refusalFor: (tenant) => {
      if (all >= limit) return 'process';
      return (taken.get(tenant) ?? 0) >= limit - all ? 'tenant' : undefined;
    },
    occupy: (tenant, begin) => {
      add(tenant, 1);
      let isOver = false;
      const leave = (): void => {
        if (!isOver) add(tenant, -1);
        isOver = true;
      };
      return textsOf(
        begin(() => isOver),
        leave,
      );
    },
  };
}

/** The texts themselves, which leave when they are over. */
function textsOf(texts: AsyncIterator<string>, leave: () => void): Texts {
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
}
