import type { Delivery } from '../store/delivery.ts';
import { everyType, withFormerTypes } from '../store/history-types.ts';
import type { ChangeRecord, Folded } from '../store/outbox.ts';
import type { HistoryEntity, HistoryInstance } from '../store/temporal-store.ts';
import { subjectOf, toHistory } from './history-rows.ts';
import { keyOf } from './tenant-key.ts';

/**
 * What change records become: history rows, one entry an Entity with its latest state, and a delivery for each
 * Subscription that was matched. Every id follows from the record, so folding again gives the same rows.
 */
export function foldRecords(records: readonly ChangeRecord[]): Folded {
  const histories = new Map<string, Gathered>();
  const deliveries: Delivery[] = [];
  for (const record of records) {
    if (record.isHistory !== false) addHistory(histories, record);
    const { id } = subjectOf(record);
    for (const subscriptionId of record.notify) deliveries.push(toDelivery(record, subscriptionId, id));
  }
  return { history: [...histories.values()], deliveries };
}

interface Gathered {
  readonly tenant: string;
  entity: HistoryEntity;
  readonly instances: HistoryInstance[];
}

function addHistory(histories: Map<string, Gathered>, record: ChangeRecord): void {
  const { tenant } = record;
  const { entity, instances } = toHistory(record);
  const key = keyOf(tenant, entity.id);
  const history = histories.get(key);
  if (history) {
    history.entity = withFormerTypes(entity, [...everyType(history.entity), ...everyType(entity)]);
    for (const instance of instances) history.instances.push(instance);
  } else histories.set(key, { tenant, entity, instances: [...instances] });
}

function toDelivery(record: ChangeRecord, subscriptionId: string, entityId: string): Delivery {
  const { tenant, stamp, at, change, correlationId, requestHeaders } = record;
  return {
    id: `${stamp}/${subscriptionId}`,
    tenant,
    subscriptionId,
    entityId,
    order: stamp,
    at,
    change,
    ...(correlationId !== undefined && { correlationId }),
    ...(requestHeaders !== undefined && { requestHeaders }),
  };
}
