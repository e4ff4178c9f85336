import { LONGEST_HOLD, readSteadily } from '../steady-read.ts';

/** Keeps what reads the roll-ups of an Entity and what makes them apart, within this process, which is the only one. */
export interface SteadyReads {
  read<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when no one asks to wait; at once where none does, and after `LONGEST_HOLD` in any case. */
  released(key: string): Promise<void>;
  /** To be told in the transaction that rolls up, since it may be read as soon as that ends. */
  moved(key: string): void;
}

/** An Entity that is being read. */
interface Reading {
  readers: number;
  moves: number;
  holders: number;
  /** Who waits for the last holder. */
  readonly waiting: Set<() => void>;
}

export function steadyReads(): SteadyReads {
  const all = new Map<string, Reading>();
  return {
    read: async (key, work) => {
      const reading = all.get(key) ?? { readers: 0, moves: 0, holders: 0, waiting: new Set() };
      all.set(key, reading);
      reading.readers++;
      try {
        return await readSteadily(steadinessOf(reading), work);
      } finally {
        if (--reading.readers === 0) all.delete(key);
      }
    },
    released: (key) => {
      const reading = all.get(key);
      return reading === undefined || reading.holders === 0 ? Promise.resolve() : wait(reading);
    },
    moved: (key) => {
      const reading = all.get(key);
      if (reading !== undefined) reading.moves++;
    },
  };
}

function steadinessOf(reading: Reading) {
  let isHeld = false;
  return {
    state: async () => reading.moves,
    hold: async () => {
      if (!isHeld) reading.holders++;
      isHeld = true;
    },
    release: async () => {
      if (--reading.holders > 0) return;
      for (const go of reading.waiting) go();
    },
  };
}

function wait({ waiting }: Reading): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      waiting.delete(go);
      resolve();
    };
    const timer = setTimeout(go, LONGEST_HOLD).unref();
    waiting.add(go);
  });
}
