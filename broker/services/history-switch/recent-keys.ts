/** Remembers the keys that were added last, and forgets others. */
export interface RecentKeys {
  has(key: string): boolean;
  add(key: string): void;
  clear(): void;
}

/** At most so many keys. */
export function recentKeys(most: number): RecentKeys {
  const keys = new Set<string>();
  return {
    has: (key) => keys.has(key),
    add: (key) => {
      keys.delete(key);
      keys.add(key);
      if (keys.size <= most) return;
      const [oldest] = keys;
      if (oldest !== undefined) keys.delete(oldest);
    },
    clear: () => keys.clear(),
  };
}
