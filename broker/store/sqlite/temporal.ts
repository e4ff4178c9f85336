import type { RollUpStore } from '../roll-ups.ts';
import type { Drain } from '../store.ts';
import type { HistoryEntity, TemporalStore } from '../temporal-store.ts';
import { keyPrefixOf } from './entity-cache.ts';
import { MANY } from './history-provision.ts';
import { pageSteps } from './history-read.ts';
import { type HistoryRemains, historyRemains } from './history-remains.ts';
import type { HistoryTables } from './history-tables.ts';
import { readInSteps, readUnlessEdited } from './read-in-steps.ts';
import type { RecordTable } from './record-table.ts';
import type { Session } from './session.ts';
import { soleWork } from './sole-work.ts';
import { type SteadyReads, steadyReads } from './steady-reads.ts';
import { type WatchedEdits, watchedEdits } from './watched-edits.ts';

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
  const { session, pause } = parts;
  const edited = watchedEdits(parts.tables);
  const { tables } = edited;
  const drains = drainsOf(parts);
  const readers = readersOf(session, edited, drains);
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

type Readers = Pick<TemporalStore, 'getEntity' | 'candidates' | 'instances' | 'attributesWithin' | 'rollUps'>;

function readersOf(
  session: Session,
  { tables, watch }: WatchedEdits,
  drains: Drains,
): (tenant: string) => Readers {
  const { read } = session;
  const reads = steadyReads();
  return (tenant) => ({
    getEntity: async (id) => {
      await drains.one(tenant, id);
      return read(() => tables.find(tenant, id)?.entity);
    },
    candidates: async (query) => {
      if (query.after === undefined) await drains.many(tenant, query.ids);
      return readInSteps(session, tables.candidates(tenant, query));
    },
    instances: async (id, query) => {
      await drains.one(tenant, id);
      const page = () => pageSteps(tables, tables.keyOf(tenant, id), query);
      return readUnlessEdited(session, page, watch(tenant, id));
    },
    attributesWithin: async (id, query, most = Number.POSITIVE_INFINITY) => {
      const found = await read(() => tables.keyOf(tenant, id));
      if (found === undefined) return [];
      const names = () => tables.attributesWithin(found, query, most);
      return readUnlessEdited(session, names, watch(tenant, id));
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
  { session: { read, write }, tables: { keyOf: entityOf, rollUps, retain }, drains, reads }: RollUpParts,
  tenant: string,
): RollUpStore {
  const keyOf = (id: string): string => keyPrefixOf(tenant) + id;
  return {
    isAny: () => read(rollUps.isAny),
    attributes: (id) =>
      read(() => {
        const found = entityOf(tenant, id);
        return found === undefined ? [] : rollUps.attributesOf(found.no);
      }),
    read: (id, query) =>
      read(() => {
        const found = entityOf(tenant, id);
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
  session: Session,
  { append, provideMany, find, edits }: HistoryTables,
  drains: Drains,
  remains: HistoryRemains,
): (tenant: string) => Omit<TemporalStore, keyof Readers> {
  remains.sweep();
  const { alone, between } = soleWork();
  return (tenant) => {
    const keyOf = (id: string): string => keyPrefixOf(tenant) + id;
    const edit = async <T>(id: string, work: () => T): Promise<T> => {
      await drains.one(tenant, id);
      return between(keyOf(id), () => session.write(work));
    };
    const knownAs = (id: string, types: readonly string[]): HistoryEntity | undefined => {
      const entity = find(tenant, id)?.entity;
      return entity && { ...entity, types: types.length === 0 ? entity.types : types };
    };
    return {
      append: async (entity, instances) => {
        const { id } = entity;
        if (instances.length < MANY) return edit(id, () => append(tenant, entity, instances));
        await drains.one(tenant, id);
        return alone(keyOf(id), () => provideMany(tenant, entity, instances));
      },
      extend: async (id, types, instances) => {
        const add = (known: HistoryEntity | undefined) => known && append(tenant, known, instances);
        if (instances.length < MANY) return edit(id, () => add(knownAs(id, types)) !== undefined);
        await drains.one(tenant, id);
        return alone(keyOf(id), async () => {
          const known = await session.read(() => knownAs(id, types));
          if (known !== undefined) await provideMany(tenant, known, instances);
          return known !== undefined;
        });
      },
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
