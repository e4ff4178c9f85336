import { inOneGo, type Steps } from '../../domain/steps.ts';
import type { Session } from './session.ts';
import type { Watch } from './watched-edits.ts';

/** Does work that reads, each step between groups, so that writes and other requests come in between. */
export async function readInSteps<T>({ read }: Pick<Session, 'read'>, steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = await read(() => steps.next());
    if (step.done) return step.value;
    await new Promise(setImmediate);
  }
}

/**
 * The same where what is read has to stay as it is meanwhile: when it was edited during a rest, all of it is read again in
 * one go. Ends the watch.
 */
export async function readUnlessEdited<T>(
  { read }: Pick<Session, 'read'>,
  work: () => Steps<T>,
  watch: Watch,
): Promise<T> {
  try {
    const steps = await read(work);
    for (;;) {
      const step = await read(() => steps.next());
      if (step.done) return step.value;
      await new Promise(setImmediate);
      if (watch.isEdited()) return await read(() => inOneGo(work()));
    }
  } finally {
    watch.end();
  }
}
