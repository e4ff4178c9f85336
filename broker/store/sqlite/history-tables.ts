import type { Attribute, Attributes, Json } from '../../domain/entity.ts';
import { isEqualJson } from '../../domain/json-equality.ts';
import type { HistoryEntity, HistoryInstance } from '../store.ts';
import type { Session } from './session.ts';

/** Writes of the history; all inside a transaction. */
export interface HistoryTables {
  /** What the relay made of change records: rows that are there already are left as they are. */
  fold(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
  /** What a client provides: what the history knows of the Entity, and instances equal to it, stay as they are. */
  append(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
}

export function historyTables(session: Session): HistoryTables {
  const entityNumber = entityNumbers(session);
  const insert = instanceWriter(session);
  const isKnown = equalInstance(session);
  return {
    fold: (tenant, entity, instances) => {
      const no = entityNumber(tenant, entity, 'latest');
      for (const instance of instances) insert(no, instance);
    },
    append: (tenant, entity, instances) => {
      const no = entityNumber(tenant, entity, 'known');
      for (const instance of instances) if (!isKnown(no, instance)) insert(no, instance);
    },
  };
}

/** The number of the Entity's row, written when it is new or, for `latest`, not older than what is there. */
function entityNumbers({ database, tenants }: Session) {
  const select = database.prepare<[number, number]>(
    'SELECT no, changed_at FROM history_entity WHERE tenant = ? AND id = ?',
  );
  const insert = database.prepare<[number]>(
    'INSERT INTO history_entity (tenant, id, changed_at, body) VALUES (?, ?, ?, ?) RETURNING no',
  );
  const update = database.prepare('UPDATE history_entity SET changed_at = ?, body = ? WHERE no = ?');
  return (tenantName: string, entity: HistoryEntity, wins: 'latest' | 'known'): number => {
    const tenant = tenants.add(tenantName);
    const changedAt = Math.max(entity.modifiedAt, entity.deletedAt ?? 0);
    const found = select.get(tenant, entity.id);
    if (found === undefined) {
      return insert.get(tenant, entity.id, changedAt, JSON.stringify(entity))?.[0] as number;
    }
    const [no, known] = found;
    if (wins === 'latest' && changedAt >= known) update.run(changedAt, JSON.stringify(entity), no);
    return no;
  };
}

function instanceWriter({ database, iris }: Session) {
  const insert = database.prepare(`INSERT INTO history
    (entity, attribute, modified_at, instance, dataset, observed_at, created_at, deleted_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  return (entity: number, instance: HistoryInstance): void => {
    insert.run(
      entity,
      iris.add(instance.attribute),
      instance.modifiedAt,
      instance.instanceId,
      instance.datasetId ?? null,
      instance.observedAt ?? null,
      instance.createdAt,
      instance.deletedAt ?? null,
      JSON.stringify(instance.attributeInstance),
    );
  };
}

/** Whether an instance equal in Attribute, datasetId, observedAt and content is there. */
function equalInstance({ database, iris }: Session) {
  const select = database.prepare<[string]>(`SELECT body FROM history INDEXED BY history_observed
    WHERE entity = ? AND attribute = ? AND observed_at IS ? AND dataset IS ?`);
  return (
    entity: number,
    { attribute, observedAt, datasetId, attributeInstance }: HistoryInstance,
  ): boolean => {
    const content = contentOf(attributeInstance);
    return select
      .all(entity, iris.add(attribute), observedAt ?? null, datasetId ?? null)
      .some(([body]) => isEqualJson(contentOf(JSON.parse(body) as Attribute), content));
  };
}

/** The instance without the times that the system gave it. */
function contentOf({ createdAt: _created, modifiedAt: _modified, subAttributes, ...rest }: Attribute): Json {
  // JSON and back, so that what was never written and what was read are compared in the same form.
  return JSON.parse(
    JSON.stringify({ ...rest, ...(subAttributes !== undefined && { sub: contentsOf(subAttributes) }) }),
  ) as Json;
}

function contentsOf(attributes: Attributes): Json {
  return Object.entries(attributes).map(([name, instances]) => [name, instances.map(contentOf)]);
}
