import { inOneGo, type Steps } from '../../domain/steps.ts';
import type { Session } from './session.ts';

/** Does work that reads, each step between groups, so that writes and other requests come in between. */
export async function readInSteps<T>({ read }: Pick<Session, 'read'>, steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = await read(() => steps.next());
    if (step.done) return step.value;
    await new Promise(setImmediate);
  }
}

/**
 * The same where what is read has to stay as it is meanwhile: when `edits` tells something else after a rest, all of it
 * is read again in one go.
 */
export async function readUnlessEdited<T>(
  { read }: Pick<Session, 'read'>,
  work: () => Steps<T>,
  edits: () => number,
): Promise<T> {
  const before = edits();
  const steps = work();
  for (;;) {
    const step = await read(() => steps.next());
    if (step.done) return step.value;
    await new Promise(setImmediate);
    if (edits() !== before) return read(() => inOneGo(work()));
  }
}
