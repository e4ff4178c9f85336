import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../../../broker/store/mongo/open.ts';
import type { OpenedStore, StoreOptions } from '../contract/harness.ts';

/** The server under test; only called where describeWith found it. */
function serverUrl(): string {
  return process.env['MONGODB_TEST_URI'] ?? '';
}

/** The URL of a database that nobody has, on the server under test. */
export function freshUrl(): string {
  const url = new URL(serverUrl());
  url.pathname = `/carillon_test_${randomBytes(6).toString('hex')}`;
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  const client = await new MongoClient(url).connect();
  await client.db().dropDatabase();
  await client.close();
}

/** A store on a database of its own. */
export async function openFresh(options: StoreOptions): Promise<OpenedStore> {
  const url = freshUrl();
  const open = () => openMongoStore({ url, coreContextVersion: 'v1.9', ...options });
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    dispose: async () => {
      await store.close();
      await dropDatabase(url);
    },
  };
}
