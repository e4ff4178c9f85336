import type { DeadLetterLimits } from '../dead-letters.ts';
import { MOST_REMOVED, someRemover } from './remove-deliveries.ts';
import type { Session } from './session.ts';

/** Takes away some of a queue's dead letters beyond the limits, those that died first; true when more are left. */
export function deadLetterForgetter({
  database,
}: Session): (queue: number, limits: DeadLetterLimits) => boolean {
  // No more are counted than tell what one piece is.
  const count = database.prepare<[number]>(
    'SELECT count(*) FROM (SELECT 1 FROM delivery WHERE queue = ? AND dead_at IS NOT NULL LIMIT ?)',
  );
  const countOld = database.prepare<[number]>(
    'SELECT count(*) FROM (SELECT 1 FROM delivery WHERE queue = ? AND dead_at < ? LIMIT ?)',
  );
  const removeFirst = someRemover(database, 'queue = ? AND dead_at IS NOT NULL ORDER BY dead_at, place');
  return (queue, { since, most }) => {
    const old = countOld.get(queue, since, MOST_REMOVED)?.[0] ?? 0;
    const many = (count.get(queue, most + MOST_REMOVED)?.[0] ?? 0) - most;
    const beyond = Math.max(old, many);
    return beyond > 0 && removeFirst(queue, beyond) && beyond === MOST_REMOVED;
  };
}
