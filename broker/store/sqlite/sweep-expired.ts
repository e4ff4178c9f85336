import { NgsiLdError } from '../../domain/errors.ts';
import type { Session } from './session.ts';
import type { StagedChanges } from './staged-changes.ts';

/** So many are told apart from the others faster than they are taken away. */
const FEW = 100;

/**
 * Takes away what has expired until little of it is left, some in each commit, so that others come in between: what
 * counts Entities looks at each that has expired and is still there. Leaves it where the store cannot be written.
 */
export function expiredSweep(session: Session, staged: Pick<StagedChanges, 'askSweep'>): () => Promise<void> {
  const { database, now } = session;
  const some = database.prepare<[number]>(
    `SELECT count(*) FROM (SELECT 1 FROM entity INDEXED BY entity_expiry WHERE expires_at <= ? LIMIT ${FEW + 1})`,
  );
  const areMany = (): Promise<boolean> => session.read(() => (some.get(now())?.[0] ?? 0) > FEW);
  return async () => {
    try {
      while (await areMany()) await session.write(staged.askSweep);
    } catch (error) {
      if (!(error instanceof NgsiLdError && error.type === 'Unavailable')) throw error;
    }
  };
}
