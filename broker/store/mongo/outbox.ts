import type { Collection } from 'mongodb';
import type { Outbox } from '../outbox.ts';
import type { Deliveries } from './deliveries.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import { type HistoryParts, writeHistory } from './history.ts';
import { oldestPending, pendingOf, takeRecords } from './pending-records.ts';

export interface OutboxParts extends HistoryParts {
  readonly entities: Collection<EntityDocument>;
  readonly deliveries: Deliveries;
  readonly dead: Outbox['dead'];
  readonly gate: Gate;
  readonly onCommitted: (listener: () => void) => void;
  /** Called when something was folded, or nothing is left to fold: a good time to look for what can be forgotten. */
  readonly sweep: () => Promise<void>;
}

/**
 * Change records and deliveries. Any number of processes may fold and settle the same ones: rows have ids that follow
 * from the records, records are taken away by compare-and-set after their rows are durable.
 */
export function mongoOutbox(parts: OutboxParts): Outbox {
  const { entities, deliveries, gate } = parts;
  return {
    onCommitted: parts.onCommitted,
    pending: (limit, of) =>
      gate.run(async () => {
        if (of) return pendingOf(entities, limit, of);
        const found = await oldestPending(entities, limit);
        // Where changes leave no records there is no other time.
        if (found.length === 0) await parts.sweep();
        return found;
      }),
    fold: (records, rows) =>
      gate.again(async () => {
        await Promise.all([writeHistory(parts, records, rows.history), deliveries.add(rows.deliveries)]);
        await takeRecords(entities, records);
        await parts.sweep();
      }),
    deliveries: (tenant, subscriptionId, limit, after) =>
      gate.run(() => deliveries.waiting(tenant, subscriptionId, limit, after)),
    horizon: () => deliveries.horizon(),
    subscriptionsWithDeliveries: () => gate.run(() => deliveries.owners()),
    settle: (outcomes) => gate.again(deliveries.settling(outcomes)),
    dead: parts.dead,
    subscriptionsWithDeadLetters: () => gate.run(() => deliveries.ownersOfDead()),
    forgetDeadLetters: (tenant, subscriptionId, limits) =>
      gate.run(() => deliveries.forgetSomeDead({ tenant, subscriptionId }, limits)),
    dropDeliveries: (tenant, subscriptionId) => gate.again(() => deliveries.drop(tenant, subscriptionId)),
  };
}
