import type { Database } from '../../../runtime/sqlite/open.ts';

/** Write stamps of the whole file: increasing, never given twice. */
export interface Stamps {
  /** The next one; its reservation has to be written by `reserve` in the same transaction. */
  next(): number;
  /** The one that was given last; all that were ever given are at most as great. */
  last(): number;
  /** Writes down, before a commit, that everything given is used up. Costs nothing most of the time. */
  reserve(): void;
  /** To be called when a transaction was rolled back. */
  forgetReservation(): void;
}

/** So many stamps are reserved at once, and lost when the program ends. */
const BLOCK = 10_000;

/** Goes on behind everything that was ever reserved in this file. */
export function stampsOf(database: Database): Stamps {
  const write = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('stamps', ?)");
  const read = database.prepare<[string]>("SELECT value FROM meta WHERE key = 'stamps'");
  let reserved = Number(read.get()?.[0] ?? 0);
  let last = reserved;
  let durable = reserved;
  return {
    next: () => ++last,
    last: () => last,
    reserve: () => {
      if (last <= reserved) return;
      durable = reserved;
      reserved = last + BLOCK;
      write.run(String(reserved));
    },
    forgetReservation: () => {
      reserved = durable;
    },
  };
}

/** As text that sorts like the number. */
export function stampText(stamp: number): string {
  return String(stamp).padStart(16, '0');
}
