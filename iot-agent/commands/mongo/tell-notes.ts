import type { Logger } from '../../../runtime/logger.ts';
import { startWorker, type Worker } from '../../delivery/worker.ts';
import { RegistryAway } from '../../registry/registry-away.ts';
import type { Journal, KeptNote } from './journal.ts';

/** Notes that are read in one go. */
const mostAtOnce = 200;

/** Starts to tell the notes of the journal one after the other; what cannot be told now waits, with all that came later. */
export function startNotes(journal: Journal, tell: (note: KeptNote) => Promise<void>, log: Logger): Worker {
  return startWorker({
    first: 250,
    most: 5000,
    turn: async ({ signal, gate, pause }) => {
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
    },
    failed: (error, pause) => {
      if (!(error instanceof RegistryAway))
        log.error({ err: error }, 'reading what devices said failed: it is tried again');
      return pause.wait();
    },
  });
}
