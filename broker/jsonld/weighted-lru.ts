/** A map that forgets what was not used for longest when the weights of its entries exceed a limit. */
export interface WeightedLru<Value> {
  get(key: string): Value | undefined;
  /** An entry heavier than the whole limit is not kept. */
  set(key: string, value: Value, weight: number): void;
  delete(key: string): void;
  /** All that is kept, the least recently used first. */
  entries(): Iterable<readonly [key: string, value: Value]>;
}

/** An empty map with room for `limit` of weight. */
export function weightedLru<Value>(limit: number): WeightedLru<Value> {
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  let total = 0;
  const remove = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      // A Map iterates in the order of insertion: what is inserted again is the youngest.
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, weight) => {
      remove(key);
      if (weight > limit) return;
      entries.set(key, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= limit) break;
        remove(oldest);
      }
    },
    delete: remove,
    entries: () => [...entries].map(([key, { value }]) => [key, value] as const),
  };
}
