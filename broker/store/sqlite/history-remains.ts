import { NO_TENANT } from './history-entities.ts';
import type { Session } from './session.ts';

/** Takes away the rows of Entities that left the history, some in each commit, so that others come in between. */
export interface HistoryRemains {
  /** Goes on until nothing is left; no effect while it does. After a crash it is to be started again. */
  sweep(): void;
}

/** Rows of one commit: about a millisecond. */
const ROWS_AT_ONCE = 100;

export function historyRemains(session: Session, pause: () => Promise<void>): HistoryRemains {
  const { database } = session;
  const next = database.prepare<[number]>(
    `SELECT no FROM history_entity INDEXED BY history_entity_tenant WHERE tenant = ${NO_TENANT} LIMIT 1`,
  );
  const some = (table: string) =>
    database.prepare(
      `DELETE FROM ${table} WHERE no IN (SELECT no FROM ${table} WHERE entity = ? LIMIT ${ROWS_AT_ONCE})`,
    );
  const rollUps = database.prepare(
    `DELETE FROM history_rollup WHERE (entity, attribute, start, unit) IN (
      SELECT entity, attribute, start, unit FROM history_rollup WHERE entity = ? LIMIT ${ROWS_AT_ONCE})`,
  );
  const removals = [some('history_log'), some('history_chunk'), rollUps];
  const remove = database.prepare('DELETE FROM history_entity WHERE no = ?');
  /** False when there is nothing left. */
  const removeSome = (): boolean => {
    const [no] = next.get() ?? [];
    if (no === undefined) return false;
    if (removals.every((removal) => removal.run(no).changes < ROWS_AT_ONCE)) remove.run(no);
    return true;
  };
  const isAny = (): boolean => next.get() !== undefined;
  let isRunning = false;
  const run = async (): Promise<void> => {
    if (!(await session.read(isAny))) return;
    // A store that is closed or away ends it: what is left goes when it is opened again, or with the next removal.
    while (await session.write(removeSome)) await pause();
  };
  return {
    sweep: () => {
      if (isRunning) return;
      isRunning = true;
      run()
        .catch(() => {})
        .finally(() => {
          isRunning = false;
        });
    },
  };
}
