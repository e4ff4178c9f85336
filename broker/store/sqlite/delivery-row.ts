import type { StoredDelivery } from '../delivery.ts';
import { toNotified } from './change-record.ts';

/** What `state` says of a delivery. */
export const PENDING = 0;
export const DELIVERED = 1;
export const DEAD = 2;

/** What is read of a delivery, and from where; a WHERE may follow. */
export const deliveryColumns = `place, id, entity_id, at, correlation_id, attempts, due_at, last_error,
  queue.tenant, queue.subscription, facts, entity, replayed_at, dead_at FROM delivery JOIN queue ON queue.no = delivery.queue
  JOIN notified ON notified.no = delivery.notified`;

/** A row of `deliveryColumns`. */
export type DeliveryRow = [
  place: string,
  id: string,
  entityId: string,
  at: number,
  correlationId: string | null,
  attempts: number,
  dueAt: number,
  lastError: string | null,
  tenant: string,
  subscription: string,
  facts: string,
  entity: string | null,
  replayedAt: number | null,
  diedAt: number | null,
];

/** A delivery as it is read. */
export function toDelivery([
  order,
  id,
  entityId,
  at,
  correlationId,
  attempts,
  dueAt,
  lastError,
  tenant,
  subscriptionId,
  facts,
  entity,
  replayedAt,
]: DeliveryRow): StoredDelivery {
  return {
    id,
    tenant,
    subscriptionId,
    entityId,
    order,
    at,
    ...toNotified(facts, entity ?? undefined),
    ...(correlationId !== null && { correlationId }),
    attempts,
    dueAt,
    ...(lastError !== null && { lastError }),
    ...(replayedAt !== null && { replayedAt }),
  };
}
