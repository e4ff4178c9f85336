import { dirname } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { type DataFolder, holdDataFolder } from '../runtime/data-folder.ts';
import { StartError } from '../runtime/start-error.ts';
import { isSameStore, type StoreUrl } from '../runtime/store-url.ts';
import { cellsOf } from './domain/geo-cells.ts';
import type { CoreVersion } from './jsonld/core-versions.ts';
import { toHistory } from './notifications/history-rows.ts';
import type { WritesListener } from './store/sqlite/session.ts';
import type { Store } from './store/store.ts';

/** The store that STORE_URL names, and whether other processes may write to it as well. */
export interface OpenedStore {
  readonly store: Store;
  readonly isShared: boolean;
  /** `ok`, or why the last write failed; absent where `ping` of the store tells as much. */
  readonly writes?: () => string;
  /** Closes the store and lets others have its folder. */
  close(): Promise<void>;
}

/**
 * Refuses what can only go wrong: a database that the IoT agent writes to as well, several processes on one file.
 * @throws StartError that names the variables.
 */
export function checkStoreUrls({
  storeUrl,
  agentStoreUrl,
  workers,
}: {
  readonly storeUrl: StoreUrl;
  readonly agentStoreUrl: StoreUrl;
  readonly workers: number;
}): void {
  if (isSameStore(storeUrl, agentStoreUrl)) {
    throw new StartError(
      'STORE_URL and AGENT_STORE_URL name the same database: broker and IoT agent need one each. Change one of them.',
    );
  }
  if (workers > 1 && storeUrl.kind === 'sqlite') {
    throw new StartError(
      `BROKER_WORKERS is ${workers}, and STORE_URL names SQLite, which only one process can write: set BROKER_WORKERS to 1, or use MongoDB.`,
    );
  }
}

/**
 * Opens the store, a new one for the core @context. Delivered notifications are kept for `streamKept` milliseconds.
 * @throws StartError with the remedy when it cannot be used.
 */
export async function openStore(
  {
    storeUrl,
    coreContextVersion,
    streamKept,
  }: {
    readonly storeUrl: StoreUrl;
    readonly coreContextVersion: CoreVersion;
    readonly streamKept: number;
  },
  clock: Clock,
  log: WritesLog,
): Promise<OpenedStore> {
  const options = { now: () => clock.now(), cellsOf, coreContextVersion, deliveredKept: streamKept * 1000 };
  // Each driver is loaded where it is used: MongoDB's takes a part of the start that SQLite does not need.
  if (storeUrl.kind === 'mongodb') {
    const { openMongoStore } = await import('./store/mongo/open.ts');
    const store = await openMongoStore({ ...options, url: storeUrl.url });
    return { store, isShared: true, close: () => store.close() };
  }
  const { openSqliteStore } = await import('./store/sqlite/open.ts');
  const folder = holdFolderOf(storeUrl.path);
  try {
    const { onWrites, writes } = writesOf(log);
    const store = openSqliteStore({ ...options, historyOf: toHistory, path: storeUrl.path, onWrites });
    const close = async (): Promise<void> => {
      await store.close();
      folder?.release();
    };
    return { store, isShared: false, writes, close };
  } catch (error) {
    folder?.release();
    throw error;
  }
}

interface WritesLog {
  info(message: string): void;
  error(fields: object, message: string): void;
}

interface Writes {
  readonly writes: () => string;
  readonly onWrites: WritesListener;
}

/** What operators are told of writes: reads go on where a disk is full. */
function writesOf(log: WritesLog): Writes {
  let state = 'ok';
  return {
    writes: () => state,
    onWrites: (problem) => {
      state = problem ?? 'ok';
      if (problem === undefined) log.info('the store can be written to again');
      else log.error({ reason: problem }, 'nothing can be written to the store');
    },
  };
}

function holdFolderOf(path: string): DataFolder | undefined {
  return path === ':memory:' ? undefined : holdDataFolder(dirname(path), 'broker');
}
