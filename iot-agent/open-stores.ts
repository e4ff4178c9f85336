import { dirname } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { holdDataFolder } from '../runtime/data-folder.ts';
import { meaningOf, sqliteFailure } from '../runtime/sqlite/errors.ts';
import { type GroupCommit, groupCommit } from '../runtime/sqlite/group-commit.ts';
import { migrate } from '../runtime/sqlite/migrate.ts';
import { type Database, openDatabase } from '../runtime/sqlite/open.ts';
import { StartError } from '../runtime/start-error.ts';
import { isSameStore, type StoreUrl } from '../runtime/store-url.ts';
import type { OpenCommandStore } from './commands/command-store.ts';
import { configurationSchema } from './commands/configuration/schema.ts';
import {
  type ConfigurationSubscriptions,
  configurationSubscriptions,
} from './commands/configuration/subscriptions.ts';
import { journalSchema } from './commands/mongo/journal.ts';
import { commandSchema, lateCommandSchema } from './commands/schema.ts';
import { sqliteCommands } from './commands/sqlite/sqlite-commands.ts';
import { airQualitySchema } from './delivery/air-quality-hours.ts';
import type { Registry } from './registry/registry.ts';
import { RegistryAway } from './registry/registry-away.ts';
import { sqliteRegistry } from './registry/sqlite-registry.ts';
import { ruleBookSchema } from './registry/sqlite-rule-book.ts';
import {
  connectionSchema,
  provisioningSchema,
  registryCodecs,
  registryEntities,
  registrySchema,
} from './registry/sqlite-schema.ts';
import { lastContentSchema } from './spool/last-contents.ts';
import { laterSpoolMigrations, spoolMigrations } from './spool/schema.ts';
import { sessionFilterSchema } from './spool/session-filters.ts';

/** What the agent keeps. */
export interface Stores {
  readonly registry: Registry;
  /** The database of the spool, with the tables of `spoolMigrations`. */
  readonly spool: SqliteFile;
  /** The commands: in the spool's database, or where all agents that share the registry find them. */
  readonly openCommandStore: OpenCommandStore;
  /** Devices that want to hear of values of their Entities, in the same place. */
  readonly configurations: ConfigurationSubscriptions;
  close(): Promise<void>;
}

/** A database with its group commit. */
interface SqliteFile {
  readonly db: Database;
  readonly group: GroupCommit;
}

/** Where the stores are. */
export interface StoreSettings {
  readonly storeUrl: StoreUrl;
  readonly brokerStoreUrl: StoreUrl;
  /** A local file; undefined for the registry's own, or a default one beside a registry elsewhere. */
  readonly spoolUrl: SqliteUrl | undefined;
  /** Milliseconds after which agents on one registry take over the commands of one that shows no sign of life. */
  readonly commandTakeover?: number;
}

type SqliteUrl = Extract<StoreUrl, { readonly kind: 'sqlite' }>;

type Place = 'storeUrl' | 'brokerStoreUrl' | 'spoolUrl';

const pairs: readonly (readonly [Place, Place, string])[] = [
  [
    'storeUrl',
    'brokerStoreUrl',
    'AGENT_STORE_URL and STORE_URL name the same database: IoT agent and broker need one each. Change one of them.',
  ],
  [
    'spoolUrl',
    'brokerStoreUrl',
    'AGENT_SPOOL_URL and STORE_URL name the same database: IoT agent and broker need one each. Change one of them.',
  ],
  [
    'spoolUrl',
    'storeUrl',
    'AGENT_SPOOL_URL and AGENT_STORE_URL name the same database: leave AGENT_SPOOL_URL unset to keep both in one file.',
  ],
];

/** @throws StartError for a database that the broker, or the agent's other store, writes to as well */
function refuseSharedStores(settings: StoreSettings): void {
  for (const [name, otherName, message] of pairs) {
    const [store, other] = [settings[name], settings[otherName]];
    if (store && other && isSameStore(store, other)) throw new StartError(message);
  }
}

const [firstSpool = '', ...laterSpools] = spoolMigrations;
/** Of a file that has the registry as well. */
const mainMigrations = [
  registrySchema + firstSpool,
  ...laterSpools,
  commandSchema,
  registryEntities,
  airQualitySchema,
  registryCodecs,
  provisioningSchema,
  configurationSchema,
  connectionSchema,
  ruleBookSchema,
  lastContentSchema,
  lateCommandSchema,
  sessionFilterSchema,
  ...laterSpoolMigrations,
];

const defaultSpool: SqliteUrl = { kind: 'sqlite', path: 'data/agent-spool.db' };

/**
 * Opens registry and spool: in one SQLite file, or in two places. What devices send is always kept in a local file, because
 * it must be safe although MongoDB is away.
 * @throws StartError with the remedy.
 */
export async function openStores(settings: StoreSettings, clock: Clock): Promise<Stores> {
  refuseSharedStores(settings);
  const { storeUrl: registryUrl, spoolUrl } = settings;
  if (registryUrl.kind === 'mongodb') return openShared(registryUrl.url, settings, clock);
  const main = openFile(registryUrl.path, 'carillon-agent', mainMigrations);
  const spool = spoolUrl === undefined ? main : openSpool(spoolUrl);
  return {
    registry: sqliteRegistry(main.db, main.group),
    spool,
    openCommandStore: sqliteCommands({ ...spool, clock }),
    configurations: configurationSubscriptions(spool.db, spool.group),
    close: async () => {
      if (spool !== main) spool.close();
      main.close();
    },
  };
}

/** Below a second, so that a device registered at one agent is known to all within one. */
const registryPollMs = 700;

async function openShared(
  url: string,
  { spoolUrl = defaultSpool, commandTakeover: takeover = 8000 }: StoreSettings,
  clock: Clock,
): Promise<Stores> {
  // Loaded where it is used: the driver takes a part of the start that SQLite does not need.
  const { connectMongo } = await import('../runtime/mongo/connect.ts');
  const { mongoRegistry } = await import('./registry/mongo-registry.ts');
  const { mongoCommands } = await import('./commands/mongo/mongo-commands.ts');
  const { mongoConfigurations } = await import('./commands/mongo/mongo-configurations.ts');
  const spool = openSpool(spoolUrl);
  const connection = await connectMongo({ url, defaultDatabase: 'carillon-agent' });
  const registry = await mongoRegistry({
    database: connection.database,
    clock,
    pollInterval: registryPollMs,
  });
  const { database } = connection;
  return {
    registry,
    spool,
    openCommandStore: await mongoCommands({ ...spool, database, clock, takeover }),
    configurations: await mongoConfigurations(database),
    close: async () => {
      registry.close();
      spool.close();
      await connection.close();
    },
  };
}

function openSpool({ path }: SqliteUrl): OpenFile {
  return openFile(path, 'carillon-agent-spool', [
    ...spoolMigrations,
    commandSchema,
    airQualitySchema,
    configurationSchema,
    lastContentSchema,
    journalSchema,
    lateCommandSchema,
    sessionFilterSchema,
    ...laterSpoolMigrations,
  ]);
}

interface OpenFile extends SqliteFile {
  close(): void;
}

function openFile(path: string, format: string, migrations: readonly string[]): OpenFile {
  const folder = path === ':memory:' ? undefined : holdDataFolder(dirname(path), format);
  try {
    const db = openDatabase(`sqlite:${path}`);
    migrate(db, { format, migrations });
    const group = groupCommit(db, { toError: asAway });
    const close = (): void => {
      group.close();
      db.close();
      folder?.release();
    };
    return { db, group, close };
  } catch (error) {
    folder?.release();
    throw error;
  }
}

/** A statement that fails is a fault of ours; anything else is the disk's, and passes. */
function asAway(error: unknown): unknown {
  const failure = sqliteFailure(error) ?? 'statement';
  if (failure === 'statement') return error;
  return new RegistryAway(`The database cannot be written: ${meaningOf(failure)}`, { cause: error });
}
