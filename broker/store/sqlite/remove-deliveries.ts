import type { Database } from '../../../runtime/sqlite/open.ts';

/** So many are a few milliseconds. */
export const MOST_REMOVED = 1000;

/** Which deliveries, and where the order matters the first of them. One placeholder. */
type Which = 'queue = ?' | 'settled_at <= ?' | 'queue = ? AND dead_at IS NOT NULL ORDER BY dead_at, place';

/**
 * Removes some deliveries, at most `most`, and the texts that nobody refers to any more; true when more may be left. The
 * returned function runs inside a transaction.
 */
export function someRemover(database: Database, which: Which): (value: number, most?: number) => boolean {
  const remove = database.prepare<[number]>(`DELETE FROM delivery WHERE (queue, state, place, id) IN
    (SELECT queue, state, place, id FROM delivery WHERE ${which} LIMIT ?) RETURNING notified`);
  const forgetTexts = textForgetter(database);
  return (value, most = MOST_REMOVED) => {
    const removed = remove.all(value, most);
    forgetTexts(removed);
    return removed.length === most;
  };
}

/** Removes those of the texts that no delivery refers to any more; inside a transaction. */
export function textForgetter(database: Database): (texts: readonly (readonly [notified: number])[]) => void {
  const remove = database.prepare(
    'DELETE FROM notified WHERE no = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE notified = ?1)',
  );
  return (texts) => {
    for (const notified of new Set(texts.map(([no]) => no))) remove.run(notified);
  };
}
