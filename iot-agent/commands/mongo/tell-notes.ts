import type { Logger } from '../../../runtime/logger.ts';
import { backoff } from '../../delivery/backoff.ts';
import { closedGate } from '../../delivery/gate.ts';
import { RegistryAway } from '../../registry/registry-away.ts';
import type { Journal, KeptNote } from './journal.ts';

/** The telling of notes, while it runs. */
export interface NoteTelling {
  /** There are new ones. */
  wake(): void;
  /** Ends after the note that is told now. */
  stop(): Promise<void>;
}

/** Notes that are read in one go. */
const mostAtOnce = 200;

/** Starts to tell the notes of the journal one after the other; what cannot be told now waits, with all that came later. */
export function startNotes(
  journal: Journal,
  tell: (note: KeptNote) => Promise<void>,
  log: Logger,
): NoteTelling {
  const stopping = new AbortController();
  const { signal } = stopping;
  const gate = closedGate();
  const pause = backoff({ first: 250, most: 5000, signal });
  const turn = async (): Promise<void> => {
    const notes = journal.read(mostAtOnce);
    if (notes.length === 0) return gate.passed();
    for (const note of notes) {
      if (signal.aborted) return;
      await tell(note).catch((error: unknown) => {
        if (error instanceof RegistryAway) throw error;
        // It would fail for ever, and must not hold up the others.
        log.error({ err: error, ...note.owner }, 'what a device said about a command is lost');
      });
      await journal.done(note.seq);
    }
    pause.reset();
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await turn().catch(async (error: unknown) => {
        if (!(error instanceof RegistryAway))
          log.error({ err: error }, 'reading what devices said failed: it is tried again');
        await pause.wait();
      });
    }
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
