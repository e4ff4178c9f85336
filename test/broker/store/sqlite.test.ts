import { join } from 'node:path';
import { toHistory } from '../../../broker/notifications/history-rows.ts';
import { openSqliteStore, storeOn } from '../../../broker/store/sqlite/open.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import type { OpenStore } from './contract/harness.ts';
import { storeContract } from './contract.ts';

const folder = tempFolder();
let files = 0;

/** The newest part of the history is so small that it moves under all that is tested. */
const asInUse = {
  coreContextVersion: '1.9',
  historyOf: toHistory,
  tailSize: { all: 5, ofEntity: 3, ofOthers: 3, atLeast: 1, atOnce: 4 },
} as const;

const onFile: OpenStore = async (options) => {
  files += 1;
  const path = join(folder, `${files}.db`);
  const open = () => openSqliteStore({ ...options, path, ...asInUse });
  let store = open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = open();
      return store;
    },
    dispose: () => store.close(),
  };
};

storeContract('SQLite, in a file', onFile, 'driver');

/** A database that outlives the store on it: what is in memory would be gone with it. */
const inMemory: OpenStore = async (options) => {
  const database = openDatabase('sqlite::memory:');
  const lasting: Database = Object.create(database, { close: { value: () => {} } });
  const open = () => storeOn(lasting, { ...options, ...asInUse });
  let store = open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = open();
      return store;
    },
    dispose: async () => {
      await store.close();
      database.close();
    },
  };
};

storeContract('SQLite, in memory', inMemory, 'driver');
