import type { CauseName } from './causes.ts';

/** How many items of each sender are put aside for each cause, kept in memory. */
export interface AsideCounts {
  add(key: string, cause: CauseName, items: number): void;
  of(key: string, cause: CauseName): number;
  /** Every sender and cause that has any. */
  entries(): readonly (readonly [key: string, cause: CauseName])[];
  totals(): ReadonlyMap<CauseName, number>;
}

/** Counts that start with the given rows. */
export function asideCounts(
  rows: readonly { readonly key: string; readonly cause: CauseName; readonly items: number }[],
): AsideCounts {
  const byCause = new Map<CauseName, Map<string, number>>();
  const totals = new Map<CauseName, number>();
  const add: AsideCounts['add'] = (key, cause, items) => {
    const senders = byCause.get(cause) ?? new Map<string, number>();
    byCause.set(cause, senders);
    const now = (senders.get(key) ?? 0) + items;
    if (now > 0) senders.set(key, now);
    else senders.delete(key);
    totals.set(cause, (totals.get(cause) ?? 0) + items);
  };
  for (const { key, cause, items } of rows) add(key, cause, items);
  return {
    add,
    of: (key, cause) => byCause.get(cause)?.get(key) ?? 0,
    entries: () =>
      [...byCause].flatMap(([cause, senders]) => [...senders.keys()].map((key) => [key, cause] as const)),
    totals: () => totals,
  };
}
