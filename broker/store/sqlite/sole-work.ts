/** Keeps apart what takes more than one transaction and what is done in one, by keys. */
export interface SoleWork {
  /** Runs long work once no other one of this key is under way, and keeps all others waiting. */
  alone<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Runs short work, at once where no long one of this key is under way. */
  between<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function soleWork(): SoleWork {
  const held = new Map<string, Promise<void>>();
  return {
    alone: async (key, work) => {
      for (let last = held.get(key); last !== undefined; last = held.get(key)) await last;
      let release = (): void => undefined;
      held.set(key, new Promise((resolve) => (release = resolve)));
      try {
        return await work();
      } finally {
        held.delete(key);
        release();
      }
    },
    between: async (key, work) => {
      for (let last = held.get(key); last !== undefined; last = held.get(key)) await last;
      return work();
    },
  };
}
