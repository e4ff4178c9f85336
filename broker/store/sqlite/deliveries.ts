import type { Database } from '../../../runtime/sqlite/open.ts';
import type { Change } from '../../domain/change/changes.ts';
import type { Micros } from '../../domain/entity.ts';
import type { Delivery, DeliveryOutcome, StoredDelivery } from '../delivery.ts';
import type { ChangeRecord, Outbox } from '../outbox.ts';
import { toFacts } from './change-record.ts';
import { deadLettersOf } from './dead-letters.ts';
import { DEAD, DELIVERED, type DeliveryRow, deliveryColumns, PENDING, toDelivery } from './delivery-row.ts';
import { deadLetterForgetter } from './forget-dead-letters.ts';
import { type Queues, queuesOf } from './queues.ts';
import { someRemover } from './remove-deliveries.ts';
import type { Session } from './session.ts';

/** The notifications that wait for their receivers. */
export interface Deliveries
  extends Pick<
    Outbox,
    | 'deliveries'
    | 'horizon'
    | 'subscriptionsWithDeliveries'
    | 'settle'
    | 'dead'
    | 'subscriptionsWithDeadLetters'
    | 'forgetDeadLetters'
    | 'dropDeliveries'
  > {
  /** Adds those that were never there, made of these records; inside a transaction. */
  insert(deliveries: readonly Delivery[], records: readonly ChangeRecord[]): void;
}

/**
 * Deliveries; delivered ones are kept for `keptTime` microseconds. `nextPosition` numbers what they tell of, always
 * upwards: these numbers are their positions in the log.
 */
export function deliveriesOf(session: Session, keptTime: Micros, nextPosition: () => number): Deliveries {
  const { read, write, now } = session;
  const queues = queuesOf(session);
  const settle = settler(session, queues);
  const sweep = sweeper(session, keptTime);
  const forgetSome = deadLetterForgetter(session);
  return {
    insert: inserter(session, queues, nextPosition),
    ...readers(session, queues),
    horizon: () => () => true,
    dead: deadLettersOf(session, queues),
    settle: (outcomes) =>
      write(
        () => {
          const at = now();
          for (const { delivery, outcome } of outcomes) settle(delivery, outcome, at);
          sweep(at);
        },
        { mayWait: true },
      ),
    dropDeliveries: async (tenant, subscriptionId) => {
      while (await write(() => queues.dropSome(tenant, subscriptionId))) {
        // A huge backlog goes in pieces, so that nobody waits for all of it.
      }
    },
    subscriptionsWithDeliveries: () => read(() => queues.withState(PENDING)),
    subscriptionsWithDeadLetters: () => read(() => queues.withState(DEAD)),
    forgetDeadLetters: (tenant, subscriptionId, limits) =>
      write(() => {
        const queue = queues.find(tenant, subscriptionId);
        return queue !== undefined && forgetSome(queue, limits);
      }),
  };
}

function inserter({ database }: Session, queues: Queues, nextPosition: () => number): Deliveries['insert'] {
  const exists = database.prepare(
    'SELECT 1 FROM delivery WHERE queue = ? AND state IN (0, 1, 2) AND place = ? AND id = ?',
  );
  const insert = database.prepare(`INSERT INTO delivery
    (queue, state, place, id, entity_id, at, correlation_id, attempts, due_at, notified)
    VALUES (?, ${PENDING}, ?, ?, ?, ?, ?, 0, ?, ?)`);
  const write = changeWriter(database, nextPosition);
  return (deliveries, records) => {
    const stamps =
      deliveries.length === 0 ? new Map() : new Map(records.map((one) => [one.change, one.stamp]));
    // Several Subscriptions matched by one change: its text is written once.
    const written = new Map<Change, number>();
    for (const delivery of deliveries) {
      const { tenant, subscriptionId, order, id, entityId, at, correlationId, change } = delivery;
      const queue = queues.add(tenant, subscriptionId);
      if (exists.get(queue, order, id) !== undefined) continue;
      const notified = written.get(change) ?? write(delivery, stamps.get(change));
      written.set(change, notified);
      insert.run(queue, order, id, entityId, at, correlationId ?? null, at, notified);
    }
  };
}

/** Takes the text over from the record where it is still there, which costs no serialising. */
function changeWriter(
  database: Database,
  nextPosition: () => number,
): (delivery: Delivery, stamp: string | undefined) => number {
  const take = database.prepare<[number]>(
    'INSERT INTO notified (no, facts, entity) SELECT ?, facts, entity FROM record WHERE stamp = ? RETURNING no',
  );
  const insert = database.prepare('INSERT INTO notified (no, facts, entity) VALUES (?, ?, NULL)');
  return (delivery, stamp) => {
    const no = nextPosition();
    if (stamp === undefined || take.get(no, Number(stamp)) === undefined) insert.run(no, toFacts(delivery));
    return no;
  };
}

function settler({ database }: Session, queues: Queues) {
  const where = `WHERE queue = ? AND state = ${PENDING} AND place = ? AND id = ?`;
  const deliver = database.prepare(
    `UPDATE delivery SET state = ${DELIVERED}, attempts = attempts + 1, settled_at = ? ${where}`,
  );
  const retry = database.prepare(
    `UPDATE delivery SET attempts = attempts + 1, due_at = ?, last_error = ? ${where}`,
  );
  const bury = database.prepare(
    `UPDATE delivery SET state = ${DEAD}, attempts = attempts + 1, dead_at = ?, last_error = ? ${where}`,
  );
  return ({ tenant, subscriptionId, order, id }: Delivery, outcome: DeliveryOutcome, at: Micros): void => {
    const queue = queues.find(tenant, subscriptionId);
    // A Subscription that was deleted meanwhile has no deliveries any more.
    if (queue === undefined) return;
    if (outcome.kind === 'delivered') deliver.run(at, queue, order, id);
    else if (outcome.kind === 'retry') retry.run(outcome.dueAt, outcome.error, queue, order, id);
    else bury.run(at, outcome.error, queue, order, id);
  };
}

/** Takes away some of what was delivered long enough ago. */
function sweeper({ database }: Session, keptTime: Micros): (at: Micros) => void {
  const remove = someRemover(database, 'settled_at <= ?');
  return (at) => void remove(at - keptTime);
}

/** Text read in one go, so that a few hundred large Entities do not fill the memory. */
const READ_AT_ONCE = 16 * 1024 * 1024;
/** Behind every id: the cursor of a caller names a place alone. */
const LAST_ID = '\u{10FFFF}';

function readers({ database, read }: Session, queues: Queues) {
  const next = database.prepare<DeliveryRow>(`SELECT ${deliveryColumns}
    WHERE queue = ? AND state = ${PENDING} AND (place, id) > (?, ?) ORDER BY place, id LIMIT 1`);
  return {
    deliveries: (tenant: string, subscriptionId: string, limit: number, after = '') =>
      read(() => {
        const queue = queues.find(tenant, subscriptionId);
        const found: StoredDelivery[] = [];
        let length = 0;
        let place = after;
        let id = LAST_ID;
        while (queue !== undefined && found.length < limit && length < READ_AT_ONCE) {
          const row = next.get(queue, place, id);
          if (row === undefined) break;
          found.push(toDelivery(row));
          [place, id] = row;
          length += row[10].length + (row[11]?.length ?? 0);
        }
        return found;
      }),
  };
}
