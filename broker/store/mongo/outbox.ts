import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { ChangeRecord, Outbox } from '../outbox.ts';
import type { Deliveries } from './deliveries.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import { type HistoryParts, writeHistory } from './history.ts';
import { oldestPending, pendingOf, takeRecords } from './pending-records.ts';
import type { RecentRecords } from './recent-records.ts';
import { textOf } from './stamps.ts';

export interface OutboxParts extends HistoryParts {
  readonly entities: Collection<EntityDocument>;
  readonly deliveries: Deliveries;
  readonly dead: Outbox['dead'];
  readonly gate: Gate;
  readonly recent: RecentRecords;
  readonly now: () => Micros;
  readonly onCommitted: Outbox['onCommitted'];
  /** Called when something was folded, or nothing is left to fold: a good time to look for what can be forgotten. */
  readonly sweep: () => Promise<void>;
}

/** How long change records are left to the process that committed them, which is quicker: it need not read them. */
const LEFT: Micros = 3_000_000;

/**
 * Change records and deliveries. Any number of processes may fold and settle the same ones: rows have ids that follow
 * from the records, records are taken away by compare-and-set after their rows are durable.
 */
export function mongoOutbox(parts: OutboxParts): Outbox {
  const { entities, deliveries, gate, recent } = parts;
  const oldest = async (limit: number, before?: string): ReturnType<typeof oldestPending> => {
    const found = await oldestPending(entities, limit, before);
    // Where changes leave no records there is no other time.
    if (found.records.length === 0) await parts.sweep();
    return found;
  };
  const recentOfAll = async (limit: number): Promise<readonly ChangeRecord[]> => {
    recent.trust();
    const { records, isAll } = await unlessFailing(() => oldest(limit));
    if (!isAll) recent.doubt();
    return records;
  };
  const unlessFailing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      recent.doubt();
      throw error;
    }
  };
  return {
    onCommitted: parts.onCommitted,
    pending: (limit, of) =>
      gate.run(async () => (of ? pendingOf(entities, limit, of) : (await oldest(limit)).records)),
    recent: (limit) => gate.run(async () => recent.first(limit) ?? recentOfAll(limit)),
    left: (limit) => gate.run(async () => (await oldest(limit, textOf(parts.now() - LEFT))).records),
    fold: (records, rows) =>
      unlessFailing(() =>
        gate.again(async () => {
          await Promise.all([writeHistory(parts, records, rows.history), deliveries.add(rows.deliveries)]);
          await takeRecords(entities, records);
          recent.remove(records);
          await parts.sweep();
        }),
      ),
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
