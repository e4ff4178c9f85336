import type { DeadLetter, DeadLetters } from '../dead-letters.ts';
import { DEAD, type DeliveryRow, deliveryColumns, PENDING, toDelivery } from './delivery-row.ts';
import type { Queues } from './queues.ts';
import { textForgetter } from './remove-deliveries.ts';
import type { Session } from './session.ts';

type LetterRow = [
  order: string,
  id: string,
  entityId: string,
  at: number,
  correlationId: string | null,
  attempts: number,
  lastError: string | null,
  diedAt: number,
];

/** Before every dead letter. */
const BEGINNING = { diedAt: 0, order: '' } as const;

/** Dead letters, by the index of when they died; what they tell of is read of one at a time alone. */
export function deadLettersOf(session: Session, queues: Queues): DeadLetters {
  return { ...readersOf(session, queues), ...writersOf(session, queues) };
}

function readersOf({ database, read }: Session, queues: Queues): Pick<DeadLetters, 'next' | 'list' | 'get'> {
  const next = database.prepare<
    [string]
  >(`SELECT subscription FROM queue WHERE tenant = ? AND subscription > ?
    AND EXISTS (SELECT 1 FROM delivery WHERE delivery.queue = queue.no AND dead_at IS NOT NULL)
    ORDER BY subscription LIMIT 1`);
  const list =
    database.prepare<LetterRow>(`SELECT place, id, entity_id, at, correlation_id, attempts, last_error,
    dead_at FROM delivery WHERE queue = ? AND dead_at >= ? AND (dead_at, place) > (?, ?)
    ORDER BY dead_at, place LIMIT ?`);
  const one = database.prepare<DeliveryRow>(
    `SELECT ${deliveryColumns} WHERE queue = ? AND state = ${DEAD} AND place = ?`,
  );
  return {
    next: (tenant, after = '') => read(() => next.get(tenant, after)?.[0]),
    list: (tenant, subscriptionId, { since = 0, after = BEGINNING, limit }) =>
      read(() => {
        const queue = queues.find(tenant, subscriptionId);
        if (queue === undefined) return [];
        const rows = list.all(queue, since, after.diedAt, after.order, limit);
        return rows.map((row) => toLetter(row, { tenant, subscriptionId }));
      }),
    get: (tenant, subscriptionId, order) =>
      read(() => {
        const queue = queues.find(tenant, subscriptionId);
        const row = queue === undefined ? undefined : one.get(queue, order);
        return row && { lastError: '', ...toDelivery(row), diedAt: row.at(-1) as number };
      }),
  };
}

function writersOf({ database, write, now }: Session, queues: Queues): Pick<DeadLetters, 'replay' | 'drop'> {
  const where = `WHERE queue = ? AND state = ${DEAD} AND place = ? AND dead_at = ?`;
  const replay =
    database.prepare(`UPDATE delivery SET state = ${PENDING}, attempts = 0, due_at = ?, replayed_at = ?,
    last_error = NULL, dead_at = NULL ${where}`);
  const drop = database.prepare<[number]>(`DELETE FROM delivery ${where} RETURNING notified`);
  const forgetTexts = textForgetter(database);
  const inQueue = (tenant: string, subscriptionId: string, change: (queue: number) => number) =>
    write(() => {
      const queue = queues.find(tenant, subscriptionId);
      return queue === undefined ? 0 : change(queue);
    });
  return {
    replay: (tenant, subscriptionId, some) =>
      inQueue(tenant, subscriptionId, (queue) => {
        const at = now();
        return sum(some.map(({ order, diedAt }) => replay.run(at, at, queue, order, diedAt).changes));
      }),
    drop: (tenant, subscriptionId, some) =>
      inQueue(tenant, subscriptionId, (queue) => {
        const dropped = some.flatMap(({ order, diedAt }) => drop.all(queue, order, diedAt));
        forgetTexts(dropped);
        return dropped.length;
      }),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function toLetter(
  [order, id, entityId, at, correlationId, attempts, lastError, diedAt]: LetterRow,
  of: Pick<DeadLetter, 'tenant' | 'subscriptionId'>,
): DeadLetter {
  return {
    ...of,
    id,
    entityId,
    order,
    at,
    diedAt,
    attempts,
    lastError: lastError ?? '',
    ...(correlationId !== null && { correlationId }),
  };
}
