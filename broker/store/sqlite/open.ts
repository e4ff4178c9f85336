import { type GroupCommit, groupCommit } from '../../../runtime/sqlite/group-commit.ts';
import { migrate } from '../../../runtime/sqlite/migrate.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import type { JsonObject, Micros } from '../../domain/entity.ts';
import type { Store } from '../store.ts';
import { deliveriesOf } from './deliveries.ts';
import { documentsOf } from './documents.ts';
import { type EntityParts, tenantStore } from './entities.ts';
import { entityCache } from './entity-cache.ts';
import { entityRows } from './entity-rows.ts';
import { finder } from './find.ts';
import { historyTables } from './history-tables.ts';
import { namesIn } from './names.ts';
import { outboxOf } from './outbox.ts';
import { recordTable } from './record-table.ts';
import { brokerSchema } from './schema.ts';
import { closedError, type Session, toStoreError } from './session.ts';
import { stagedChanges } from './staged-changes.ts';
import { stampsOf } from './stamps.ts';
import { temporalTables } from './temporal.ts';
import { typeCounts } from './type-counts.ts';

export interface SqliteStoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly now: () => Micros;
  /** The cell tokens of a geometry: `cellsOf` of broker/domain/geo-cells.ts. */
  readonly cellsOf: (geometry: JsonObject) => readonly string[];
  /** The version of the core @context whose names the file's Entities have: written into a new file. */
  readonly coreContextVersion: string;
  /** How long delivered notifications are kept. */
  readonly deliveredKept?: Micros;
  /** The most text of Entities, in characters, that is kept in memory. */
  readonly cacheSize?: number;
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
    throw error;
  }
}

/** The store on a database that is open already, which `close` closes. */
export function storeOn(database: Database, options: Omit<SqliteStoreOptions, 'path'>): Store {
  migrate(database, brokerSchema);
  database
    .prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('coreContextVersion', ?)")
    .run(options.coreContextVersion);
  const { deliveredKept = MINUTE, cacheSize = 16 * 1024 * 1024 } = options;
  const listeners: (() => void)[] = [];
  const { session, parts, records, history, close } = wire(database, { ...options, cacheSize }, listeners);
  const deliveries = deliveriesOf(session, deliveredKept);
  return {
    of: (tenant) => tenantStore(tenant, parts),
    tenants: () => session.read(() => session.tenants.list().filter((name) => name !== '')),
    hasTenant: (tenant) => session.tenants.find(tenant) !== undefined,
    createTenant: async (tenant) => {
      if (session.tenants.find(tenant) === undefined) await session.write(() => session.tenants.add(tenant));
    },
    outbox: outboxOf({
      session,
      records,
      history,
      deliveries,
      onCommitted: (listener) => void listeners.push(listener),
    }),
    documents: documentsOf(session),
    setDrain: parts.temporal.setDrain,
    ping: () => session.read(() => void database.cached('SELECT 1').get()),
    close,
  };
}

type WireOptions = Pick<SqliteStoreOptions, 'now' | 'cellsOf'> & { readonly cacheSize: number };

function wire(
  database: Database,
  { now, cellsOf, cacheSize }: WireOptions,
  listeners: readonly (() => void)[],
) {
  const tenants = namesIn(database, { table: 'tenant', column: 'name' });
  const iris = namesIn(database, { table: 'name', column: 'iri' });
  const forgetNames = (): void => {
    tenants.forget();
    iris.forget();
  };
  let hasRecords = false;
  let isClosed = false;
  const group: GroupCommit = groupCommit(database, {
    beforeCommit: () => staged.write(),
    committed: () => {
      hasRecords = staged.settle();
    },
    rolledBack: () => {
      staged.discard();
      forgetNames();
    },
    answered: () => {
      if (hasRecords) for (const listener of listeners) listener();
      hasRecords = false;
    },
    toError: (error) => (isClosed ? closedError(database.path) : toStoreError(database.path, error)),
  });
  const session: Session = {
    database,
    now,
    cellsOf,
    tenants,
    iris,
    group,
    read: async (work) => {
      if (isClosed) throw closedError(database.path);
      try {
        return work();
      } catch (error) {
        throw toStoreError(database.path, error);
      }
    },
    write: (work) =>
      group.run(() => {
        try {
          return work();
        } catch (error) {
          // Its names are undone with the rest of what it wrote.
          forgetNames();
          throw error;
        }
      }),
  };
  const cache = entityCache(cacheSize);
  const rows = entityRows(session);
  const records = recordTable(session);
  const stamps = stampsOf(database);
  const staged = stagedChanges({ cache, rows, records, stamps });
  const history = historyTables(session);
  const counts = typeCounts(session);
  const parts: EntityParts = {
    session,
    cache,
    rows,
    staged,
    stamps,
    typeCounts: counts,
    finder: finder({ session, cache, typeCounts: counts }),
    temporal: temporalTables({ session, records, tables: history }),
  };
  const close = async (): Promise<void> => {
    if (isClosed) return;
    group.close();
    isClosed = true;
    database.close();
  };
  return { session, parts, records, history, close };
}
