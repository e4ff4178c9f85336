import { type Backoff, backoff } from './backoff.ts';
import { closedGate, type Gate } from './gate.ts';

/** What a turn of a worker works with. */
export interface AtWork {
  /** Aborted when the worker is to end. */
  readonly signal: AbortSignal;
  /** Where a turn waits that finds nothing to do. */
  readonly gate: Gate;
  /** What comes between a failure and the next turn. */
  readonly pause: Backoff;
}

/** Work that repeats by itself until it is stopped. */
export interface Worker {
  /** There is something to do: a turn that waits at the gate goes on. */
  wake(): void;
  /** Ends after the turn that is under way. */
  stop(): Promise<void>;
}

/**
 * Starts to take turn after turn. A turn that rejects is told to `failed`, which waits as long as the failure asks for.
 * `first` and `most` in milliseconds, see `backoff`.
 */
export function startWorker({
  first,
  most,
  turn,
  failed,
}: {
  readonly first: number;
  readonly most: number;
  readonly turn: (at: AtWork) => Promise<void>;
  readonly failed: (error: unknown, pause: Backoff) => Promise<void>;
}): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  const gate = closedGate();
  const pause = backoff({ first, most, signal });
  const run = async (): Promise<void> => {
    while (!signal.aborted) await turn({ signal, gate, pause }).catch((error) => failed(error, pause));
  };
  const ended = run();
  return {
    wake: gate.open,
    stop: async () => {
      stopping.abort();
      gate.open();
      await ended;
    },
  };
}
