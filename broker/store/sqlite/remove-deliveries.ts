import type { Database } from '../../../runtime/sqlite/open.ts';

/** So many are a few milliseconds. */
const MOST_REMOVED = 1000;

/**
 * Removes some of the deliveries that meet the condition, which has one placeholder, and the texts that nobody refers
 * to any more; true when more may be left. The returned function runs inside a transaction.
 */
export function someRemover(
  database: Database,
  condition: 'queue = ?' | 'settled_at <= ?',
): (value: number) => boolean {
  const remove = database.prepare<[number]>(`DELETE FROM delivery WHERE (queue, state, place, id) IN
    (SELECT queue, state, place, id FROM delivery WHERE ${condition} LIMIT ${MOST_REMOVED}) RETURNING notified`);
  const removeChange = database.prepare(
    'DELETE FROM notified WHERE no = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE notified = ?1)',
  );
  return (value) => {
    const removed = remove.all(value);
    for (const notified of new Set(removed.map(([no]) => no))) removeChange.run(notified);
    return removed.length === MOST_REMOVED;
  };
}
