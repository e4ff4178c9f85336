import type { Micros } from '../../domain/entity.ts';
import { draftPage, NEVER, type PageDraft, timeOf } from '../history-page.ts';
import type { RollUpStore } from '../roll-ups.ts';
import type { Drain, HistoryInstance, HistoryPage, HistoryQuery, TemporalStore } from '../store.ts';
import { historyCandidates } from './history-candidates.ts';
import type { HistoryKey } from './history-chunks.ts';
import { byAttribute } from './history-log.ts';
import { type HistoryRemains, historyRemains } from './history-remains.ts';
import type { HistoryTables } from './history-tables.ts';
import type { RecordTable } from './record-table.ts';
import type { Session } from './session.ts';
import { type SteadyReads, steadyReads } from './steady-reads.ts';

/** The histories of all tenants. */
export interface TemporalTables {
  of(tenant: string): TemporalStore;
  /** What folds the pending change records of an Entity before it is read. */
  setDrain(drain: Drain): void;
}

export interface TemporalParts {
  readonly session: Session;
  readonly records: Pick<RecordTable, 'isAnyOf' | 'entitiesOf'>;
  readonly tables: HistoryTables;
  /** Resolves when some more work may be done, so that requests come between. */
  readonly pause: () => Promise<void>;
}

export function temporalTables(parts: TemporalParts): TemporalTables {
  const { session, tables, pause } = parts;
  const drains = drainsOf(parts);
  const readers = readersOf(session, tables, drains);
  const editors = editorsOf(session, tables, drains, historyRemains(session, pause));
  return { of: (tenant) => ({ ...readers(tenant), ...editors(tenant) }), setDrain: drains.set };
}

interface Drains {
  set(drain: Drain): void;
  /** Folds what is pending of an Entity. */
  one(tenant: string, id: string): Promise<void>;
  /** Folds what is pending of these Entities, or of all of the tenant. */
  many(tenant: string, ids?: readonly string[]): Promise<void>;
}

function drainsOf({ session: { read }, records }: TemporalParts): Drains {
  let drain: Drain | undefined;
  const one = async (tenant: string, id: string): Promise<void> => {
    if (drain !== undefined && (await read(() => records.isAnyOf({ tenant, entityId: id }))))
      await drain(tenant, id);
  };
  return {
    set: (given) => {
      drain = given;
    },
    one,
    many: async (tenant, ids) => {
      // The relay folds them meanwhile too, many at a time.
      for (const id of ids ?? (await read(() => records.entitiesOf(tenant)))) await one(tenant, id);
    },
  };
}

type Readers = Pick<TemporalStore, 'getEntity' | 'candidates' | 'instances' | 'rollUps'>;

function readersOf(session: Session, tables: HistoryTables, drains: Drains): (tenant: string) => Readers {
  const { read } = session;
  const candidates = historyCandidates(session);
  const reads = steadyReads();
  return (tenant) => ({
    getEntity: async (id) => {
      await drains.one(tenant, id);
      return read(() => tables.find(tenant, id)?.entity);
    },
    candidates: async (query) => {
      if (query.after === undefined) await drains.many(tenant, query.ids);
      return read(() => candidates(tenant, query));
    },
    instances: async (id, query) => {
      await drains.one(tenant, id);
      return read(() => {
        const found = tables.find(tenant, id);
        return found === undefined ? draftPage(query).finish() : pageOf(tables, found, query);
      });
    },
    rollUps: rollUpsOf({ session, tables, drains, reads }, tenant),
  });
}

interface RollUpParts {
  readonly session: Session;
  readonly tables: HistoryTables;
  readonly drains: Drains;
  readonly reads: SteadyReads;
}

function rollUpsOf(
  { session: { read, write }, tables: { find, rollUps, retain }, drains, reads }: RollUpParts,
  tenant: string,
): RollUpStore {
  const keyOf = (id: string): string => JSON.stringify([tenant, id]);
  return {
    attributes: (id) =>
      read(() => {
        const found = find(tenant, id);
        return found === undefined ? [] : rollUps.attributesOf(found.no);
      }),
    read: (id, query) =>
      read(() => {
        const found = find(tenant, id);
        return found === undefined ? { rollUps: [] } : rollUps.page(found.no, query);
      }),
    retain: async (id, cutoffsOf) => {
      await drains.one(tenant, id);
      await reads.released(keyOf(id));
      return write(() => {
        reads.moved(keyOf(id));
        return retain(tenant, id, cutoffsOf);
      });
    },
    steadily: (id, _span, work) => reads.read(keyOf(id), work),
  };
}

function editorsOf(
  { write }: Session,
  { append, edits }: HistoryTables,
  drains: Drains,
  remains: HistoryRemains,
): (tenant: string) => Omit<TemporalStore, keyof Readers> {
  remains.sweep();
  return (tenant) => {
    const edit = async <T>(id: string, work: () => T): Promise<T> => {
      await drains.one(tenant, id);
      return write(work);
    };
    return {
      append: (entity, instances) => edit(entity.id, () => append(tenant, entity, instances)),
      removeEntity: async (id) => {
        const isRemoved = await edit(id, () => edits.removeEntity(tenant, id));
        if (isRemoved) remains.sweep();
        return isRemoved;
      },
      removeAttribute: (id, attribute, which) =>
        edit(id, () => edits.removeAttribute({ tenant, id, attribute }, which)),
      replaceInstance: (id, attribute, instanceId, change) =>
        edit(id, () => edits.replaceInstance({ tenant, id, attribute }, instanceId, change)),
      removeInstance: (id, attribute, instanceId) =>
        edit(id, () => edits.removeInstance({ tenant, id, attribute }, instanceId)),
    };
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
    const isPageBehind = pageEnd !== undefined && direction * (edge - pageEnd) >= 0;
    if (found.length >= wanted || isPageBehind) {
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
