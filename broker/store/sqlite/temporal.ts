import type { Drain, HistoryInstance, HistoryQuery, TemporalStore } from '../store.ts';
import { type HistoryKey, NEVER } from './history-chunks.ts';
import { byAttribute, type HistoryTables } from './history-tables.ts';
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
  const { read, write } = session;
  const drained = async (tenant: string, id: string): Promise<void> => {
    if (drain !== undefined && (await read(() => records.isAnyOf({ tenant, entityId: id }))))
      await drain(tenant, id);
  };
  const of = (tenant: string): TemporalStore => ({
    getEntity: async (id) => {
      await drained(tenant, id);
      return read(() => tables.find(tenant, id)?.entity);
    },
    instances: async (id, query) => {
      await drained(tenant, id);
      return read(() => {
        const found = tables.find(tenant, id);
        return found === undefined ? new Map() : instancesOf(tables, found, query);
      });
    },
    append: async (entity, instances) => {
      await drained(tenant, entity.id);
      await write(() => tables.append(tenant, entity, instances));
    },
  });
  return {
    of,
    setDrain: (given) => {
      drain = given;
    },
  };
}

function instancesOf(
  tables: HistoryTables,
  entity: HistoryKey,
  query: HistoryQuery,
): ReadonlyMap<string, readonly HistoryInstance[]> {
  const log = byAttribute(tables.log(entity));
  const names = query.attributes ?? [...tables.chunks.attributesOf(entity.no), ...log.keys()];
  const found = new Map<string, readonly HistoryInstance[]>();
  for (const attribute of new Set(names)) {
    const newer = log.get(attribute) ?? [];
    const instances =
      query.lastN === undefined
        ? selected([...tables.chunks.within(entity, attribute, query), ...newer], query).sort(
            ascending(query),
          )
        : lastOf(tables, { entity, attribute, newer }, { ...query, lastN: query.lastN });
    if (instances.length > 0) found.set(attribute, instances);
  }
  return found;
}

/** The last n: older ones are read until none of those that are left can be among them. */
function lastOf(
  { chunks }: HistoryTables,
  {
    entity,
    attribute,
    newer,
  }: {
    readonly entity: HistoryKey;
    readonly attribute: string;
    readonly newer: readonly HistoryInstance[];
  },
  query: HistoryQuery & { readonly lastN: number },
): readonly HistoryInstance[] {
  const order = ascending(query);
  const last = (instances: readonly HistoryInstance[]) =>
    selected(instances, query)
      .sort((one, other) => order(other, one))
      .slice(0, query.lastN);
  let found = last(newer);
  for (const { newest, instances } of chunks.newestFirst(entity, attribute, query)) {
    const nth = found[query.lastN - 1];
    const ahead = nth === undefined ? -1 : timeOf(nth, query) - newest;
    // All instances of an Attribute may have been created at one moment: the chunks come newest first anyway.
    if (ahead > 0 || (ahead === 0 && query.timeproperty === 'createdAt')) break;
    found = last([...found, ...instances]);
  }
  return found;
}

/** Those that the query asks for, each once: what was folded twice may be there twice. */
function selected(instances: readonly HistoryInstance[], query: HistoryQuery): HistoryInstance[] {
  const { timeproperty, from, to, datasetIds } = query;
  const ids = new Set<string>();
  return instances.filter((instance) => {
    const at = instance[timeproperty];
    const isBounded = from !== undefined || to !== undefined;
    if (isBounded && (at === undefined || at < (from ?? at) || at >= (to ?? at + 1))) return false;
    if (datasetIds !== undefined && !datasetIds.includes(instance.datasetId)) return false;
    if (ids.has(instance.instanceId)) return false;
    ids.add(instance.instanceId);
    return true;
  });
}

/** By the time property, what lacks it first; instances of one moment in the order in which they were written. */
function ascending(query: HistoryQuery): (one: HistoryInstance, other: HistoryInstance) => number {
  return (one, other) =>
    timeOf(one, query) - timeOf(other, query) ||
    one.modifiedAt - other.modifiedAt ||
    (one.instanceId < other.instanceId ? -1 : 1);
}

function timeOf(instance: HistoryInstance, { timeproperty }: HistoryQuery): number {
  return instance[timeproperty] ?? NEVER;
}
