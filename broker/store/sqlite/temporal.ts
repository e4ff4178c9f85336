import type { Micros } from '../../domain/entity.ts';
import { draftPage, NEVER, type PageDraft, timeOf } from '../history-page.ts';
import type { Drain, HistoryInstance, HistoryPage, HistoryQuery, TemporalStore } from '../store.ts';
import type { HistoryKey } from './history-chunks.ts';
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
        return found === undefined ? draftPage(query).finish() : pageOf(tables, found, query);
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

function pageOf(tables: HistoryTables, entity: HistoryKey, query: HistoryQuery): HistoryPage {
  const log = byAttribute(tables.log(entity));
  const names = new Set(query.attributes ?? [...tables.chunks.attributesOf(entity.no), ...log.keys()]);
  for (const attribute of query.except ?? []) names.delete(attribute);
  const page = draftPage(query);
  for (const attribute of names) {
    page.add(attribute, firstOf(tables, { entity, attribute, newer: log.get(attribute) ?? [] }, query, page));
  }
  return page.finish();
}

interface AttributeHistory {
  readonly entity: HistoryKey;
  readonly attribute: string;
  /** What the log has of it. */
  readonly newer: readonly HistoryInstance[];
}

/** Those that can be on the page: chunks are read until none of the instances that are left can be among them. */
function firstOf(
  { chunks }: HistoryTables,
  { entity, attribute, newer }: AttributeHistory,
  query: HistoryQuery,
  { wanted, end }: Pick<PageDraft, 'wanted' | 'end'>,
): readonly HistoryInstance[] {
  const direction = query.lastN === undefined ? 1 : -1;
  const order = ascending(query);
  const first = (instances: readonly HistoryInstance[]) =>
    selected(instances, query)
      .sort((one, other) => direction * order(one, other))
      .slice(0, wanted);
  const pageEnd = end();
  const isEnough = (found: readonly HistoryInstance[], edge: Micros): boolean => {
    const [earliest] = found;
    // Behind the page only the very first counts: it says when the Attribute goes on.
    const isFirst = earliest !== undefined && direction * (timeOf(earliest, query) - edge) <= 0;
    if (isFirst && pageEnd !== undefined && direction * (edge - pageEnd) >= 0) return true;
    const last = found[wanted - 1];
    const ahead = last === undefined ? -1 : direction * (edge - timeOf(last, query));
    return ahead > 0 || (ahead === 0 && (query.timeproperty === 'createdAt' || edge === NEVER));
  };
  let found = [...newer];
  for (const { edge, instances } of chunks.inOrder(
    entity,
    attribute,
    query,
    direction > 0 ? 'oldest' : 'newest',
  )) {
    if (found.length >= wanted || pageEnd !== undefined) {
      found = first(found);
      if (isEnough(found, edge)) return found;
    }
    found.push(...instances);
  }
  return first(found);
}

/** Those that the query asks for, each once: what was folded twice may be there twice. */
function selected(instances: readonly HistoryInstance[], query: HistoryQuery): HistoryInstance[] {
  const { timeproperty, from, to, datasetIds } = query;
  const ids = new Set<string>();
  return instances.filter((instance) => {
    const at = instance[timeproperty];
    const isBounded = from !== undefined || to !== undefined;
    if (isBounded && (at === undefined || at < (from ?? at) || (to !== undefined && at >= to))) return false;
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
