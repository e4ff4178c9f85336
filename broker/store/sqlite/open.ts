import { migrate } from '../../../runtime/sqlite/migrate.ts';
import { asStartError, type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import type { Micros } from '../../domain/entity.ts';
import type { Geometry } from '../../domain/geometry/geometry.ts';
import { keptEnds } from '../kept-ends.ts';
import type { HistoryOf } from '../outbox.ts';
import type { Store } from '../store.ts';
import { attributeCounts } from './attribute-counts.ts';
import { deliveriesOf } from './deliveries.ts';
import { deliveryLogOf } from './delivery-log.ts';
import { documentsOf } from './documents.ts';
import { dueEnds } from './due-ends.ts';
import { type EntityParts, tenantStore } from './entities.ts';
import { entityCache } from './entity-cache.ts';
import { entityRows } from './entity-rows.ts';
import { finder } from './find.ts';
import { historyTables } from './history-tables.ts';
import type { TailSize } from './known-tail.ts';
import { outboxOf } from './outbox.ts';
import { recordTable } from './record-table.ts';
import { brokerSchema } from './schema.ts';
import { openSession, type WritesListener } from './session.ts';
import { stagedChanges } from './staged-changes.ts';
import { stagedRecords } from './staged-records.ts';
import { stampsOf } from './stamps.ts';
import { expiredSweep } from './sweep-expired.ts';
import { temporalTables } from './temporal.ts';
import { typeCounts } from './type-counts.ts';
import { valueBuilder } from './value-builder.ts';
import { valueIndexes } from './value-indexes.ts';
import { valuePoints } from './value-points.ts';
import { valueUsage } from './value-usage.ts';

export interface SqliteStoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly now: () => Micros;
  /** The cell tokens of a geometry: `cellsOf` of broker/domain/geo-cells.ts. */
  readonly cellsOf: (geometry: Geometry) => readonly string[];
  /** The version of the core @context whose names the file's Entities have: written into a new file. */
  readonly coreContextVersion: string;
  /** What the history keeps of a change, which is written in the commit of the change. */
  readonly historyOf: HistoryOf;
  /** How much of the newest history stands together before it is put in order. */
  readonly tailSize?: TailSize;
  /** How long delivered notifications are kept. */
  readonly deliveredKept?: Micros;
  /** The most text of Entities, in characters, that is kept in memory. */
  readonly cacheSize?: number;
  readonly onWrites?: WritesListener;
  /** Awaited between the chunks in which indexes of values are built, so that requests come first. */
  readonly pause?: () => Promise<void>;
}

const MINUTE: Micros = 60_000_000;

/**
 * Opens the store in its file, making it where there is none. The file is this process's alone.
 * @throws StartError that names the file, what is wrong and the remedy.
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const database = openDatabase(`sqlite:${options.path}`);
  try {
    return storeOn(database, options);
  } catch (error) {
    database.close();
    // What opening it does not read may be damaged, or not fit on the disk.
    throw asStartError(database.path, error);
  }
}

/** The store on a database that is open already, which `close` closes. */
export function storeOn(database: Database, options: Omit<SqliteStoreOptions, 'path'>): Store {
  migrate(database, brokerSchema);
  database
    .prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('coreContextVersion', ?)")
    .run(options.coreContextVersion);
  const { deliveredKept = MINUTE, cacheSize = 16 * 1024 * 1024, pause = briefly } = options;
  const listeners: (() => void)[] = [];
  const { session, entities, records, history, due, kept } = partsOf(
    database,
    { ...options, cacheSize, pause },
    () => {
      for (const listener of listeners) listener();
    },
  );
  const { stamps } = entities;
  const deliveries = deliveriesOf(session, deliveredKept, stamps.next);
  return {
    of: (tenant) => tenantStore(tenant, entities),
    tenants: () => session.read(() => session.tenants.list().filter((name) => name !== '')),
    hasTenant: (tenant) =>
      session.tenants.isRemembered(tenant) || session.read(() => session.tenants.find(tenant) !== undefined),
    createTenant: async (tenant) => {
      if (!session.tenants.isRemembered(tenant)) await session.write(() => session.tenants.add(tenant));
    },
    outbox: outboxOf({
      session,
      records,
      history,
      deliveries,
      onCommitted: (listener) => void listeners.push(listener),
    }),
    deliveryLog: deliveryLogOf({ session, keptFor: deliveredKept, newest: stamps.last }),
    documents: documentsOf(session),
    setDrain: (drain) =>
      entities.temporal.setDrain(async (tenant, entityId) => {
        await due.end({ tenant, entityId });
        await drain(tenant, entityId);
      }),
    setKeptEnds: kept.set,
    ping: () => session.read(() => void database.cached('SELECT 1').get()),
    close: session.close,
  };
}

type PartOptions = Pick<SqliteStoreOptions, 'now' | 'cellsOf' | 'historyOf' | 'tailSize' | 'onWrites'> &
  Required<Pick<SqliteStoreOptions, 'cacheSize' | 'pause'>>;

/** About as long as a chunk takes. */
function briefly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 4).unref());
}

/** Builds what the store is made of, from the tables upwards. */
function partsOf(database: Database, options: PartOptions, onCommitted: () => void) {
  let hasRecords = false;
  const session = openSession(database, options, {
    isFull: () => staged.isFull(),
    beforeCommit: () => {
      staged.write();
      usage.tidy();
    },
    committed: () => {
      hasRecords = staged.settle();
    },
    rolledBack: () => {
      staged.discard();
      indexes.forget();
    },
    undone: () => history.undone(),
    answered: () => {
      if (hasRecords) onCommitted();
      hasRecords = false;
    },
  });
  const cache = entityCache(options.cacheSize);
  const indexes = valueIndexes(session);
  const points = valuePoints(session, indexes);
  const builder = valueBuilder({ session, indexes, points, pause: options.pause });
  const usage = valueUsage(session, indexes, builder);
  const rows = entityRows(session, points);
  const records = recordTable(session);
  const stamps = stampsOf(database);
  const history = historyTables(session, options.tailSize);
  const kept = keptEnds();
  const { now, historyOf } = options;
  const left = stagedRecords({ records, history, historyOf });
  const staged = stagedChanges({ cache, rows, records: left, stamps, now, partOfEnd: kept.partOf });
  const due = dueEnds(session, records, staged);
  const counts = typeCounts(session);
  const entities: EntityParts = {
    ...{ session, cache, rows, staged, stamps },
    attributeCounts: attributeCounts(session, counts),
    sweepExpired: expiredSweep(session, staged),
    finder: finder({ session, cache, typeCounts: counts, valueIndexes: indexes, valueUsage: usage }),
    temporal: temporalTables({ session, records: due, tables: history, pause: options.pause }),
  };
  return { session, entities, records, history, due, kept };
}
