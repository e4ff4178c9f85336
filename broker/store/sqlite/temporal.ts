import type { Attribute } from '../../domain/entity.ts';
import type {
  Drain,
  HistoryEntity,
  HistoryInstance,
  HistoryQuery,
  TemporalStore,
  TimeProperty,
} from '../store.ts';
import type { HistoryTables } from './history-tables.ts';
import type { RecordTable } from './record-table.ts';
import type { Session } from './session.ts';

/** The histories of all tenants. */
export interface TemporalTables {
  of(tenant: string): TemporalStore;
  /** What folds the pending change records of an Entity before it is read. */
  setDrain(drain: Drain): void;
}

export interface TemporalParts {
  readonly session: Session;
  readonly records: Pick<RecordTable, 'isAnyOf'>;
  readonly tables: HistoryTables;
}

export function temporalTables({ session, records, tables }: TemporalParts): TemporalTables {
  let drain: Drain | undefined;
  const { database, tenants, read, write } = session;
  const selectEntity = database.prepare<[number, string]>(
    'SELECT no, body FROM history_entity WHERE tenant = ? AND id = ?',
  );
  const instances = instanceReader(session);
  const entityOf = (tenantName: string, id: string) => {
    const tenant = tenants.find(tenantName);
    return tenant === undefined ? undefined : selectEntity.get(tenant, id);
  };
  const drained = async (tenant: string, id: string): Promise<void> => {
    if (drain !== undefined && (await read(() => records.isAnyOf(tenant, id)))) await drain(tenant, id);
  };
  const of = (tenant: string): TemporalStore => ({
    getEntity: async (id) => {
      await drained(tenant, id);
      return read(() => {
        const row = entityOf(tenant, id);
        return row && (JSON.parse(row[1]) as HistoryEntity);
      });
    },
    instances: async (id, query) => {
      await drained(tenant, id);
      return read(() => {
        const row = entityOf(tenant, id);
        return row ? instances({ no: row[0], id }, query) : new Map();
      });
    },
    append: async (entity, appended) => {
      await drained(tenant, entity.id);
      await write(() => tables.append(tenant, entity, appended));
    },
  });
  return {
    of,
    setDrain: (given) => {
      drain = given;
    },
  };
}

const columns: Readonly<Record<TimeProperty, string>> = {
  observedAt: 'observed_at',
  createdAt: 'created_at',
  modifiedAt: 'modified_at',
  deletedAt: 'deleted_at',
};

type Row = [
  instance: string,
  modifiedAt: number,
  dataset: string | null,
  observedAt: number | null,
  createdAt: number,
  deletedAt: number | null,
  body: string,
];

function instanceReader({ database, iris }: Session) {
  // One seek for each Attribute, however long its history is.
  const attributes = database.prepare<[number]>(`WITH RECURSIVE found (attribute) AS (
      SELECT min(attribute) FROM history WHERE entity = ?1
      UNION ALL
      SELECT (SELECT min(attribute) FROM history WHERE entity = ?1 AND attribute > found.attribute)
      FROM found WHERE found.attribute IS NOT NULL)
    SELECT attribute FROM found WHERE attribute IS NOT NULL`);
  const numbersOf = (entity: number, names: readonly string[] | undefined): readonly number[] =>
    names === undefined
      ? attributes.all(entity).map(([no]) => no)
      : [...new Set(names)].map((name) => iris.find(name)).filter((no) => no !== undefined);
  return (
    entity: { readonly no: number; readonly id: string },
    query: HistoryQuery,
  ): ReadonlyMap<string, readonly HistoryInstance[]> => {
    const found = new Map<string, readonly HistoryInstance[]>();
    for (const no of numbersOf(entity.no, query.attributes)) {
      const { text, values } = selectOf(query);
      const rows = database.cached<Row>(text).all(entity.no, no, ...values);
      const attribute = iris.nameOf(no);
      if (rows.length > 0)
        found.set(
          attribute,
          rows.map((row) => toInstance(row, entity.id, attribute)),
        );
    }
    return found;
  };
}

/** The SELECT of one Attribute's instances, after the values for Entity and Attribute. */
function selectOf({ timeproperty, from, to, datasetIds, lastN }: HistoryQuery) {
  const time = columns[timeproperty];
  const filters = ['entity = ?', 'attribute = ?'];
  const values: (number | string)[] = [];
  if (from !== undefined) {
    filters.push(`${time} >= ?`);
    values.push(from);
  }
  if (to !== undefined) {
    filters.push(`${time} < ?`);
    values.push(to);
  }
  if (datasetIds !== undefined) {
    const isDefault = datasetIds.includes(undefined) ? 'dataset IS NULL OR ' : '';
    filters.push(`(${isDefault}dataset IN (SELECT value FROM json_each(?)))`);
    values.push(JSON.stringify(datasetIds.filter((id) => id !== undefined)));
  }
  const direction = lastN === undefined ? 'ASC' : 'DESC';
  // Instances of one moment in the order in which they were written.
  const order = [...new Set([time, 'modified_at', 'instance'])].map((column) => `${column} ${direction}`);
  const limit = lastN === undefined ? '' : ' LIMIT ?';
  if (lastN !== undefined) values.push(lastN);
  return {
    text: `SELECT instance, modified_at, dataset, observed_at, created_at, deleted_at, body FROM history
      WHERE ${filters.join(' AND ')} ORDER BY ${order.join(', ')}${limit}`,
    values,
  };
}

function toInstance(
  [instanceId, modifiedAt, dataset, observedAt, createdAt, deletedAt, body]: Row,
  entityId: string,
  attribute: string,
): HistoryInstance {
  const attributeInstance = JSON.parse(body) as Attribute;
  return {
    instanceId,
    entityId,
    attribute,
    kind: attributeInstance.kind,
    ...(dataset !== null && { datasetId: dataset }),
    ...(observedAt !== null && { observedAt }),
    createdAt,
    modifiedAt,
    ...(deletedAt !== null && { deletedAt }),
    attributeInstance,
  };
}
