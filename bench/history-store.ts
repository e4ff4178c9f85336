import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { BuiltProgram } from '../test/support/built-programs.ts';
import { startBroker } from './programs.ts';

/** A broker on a store of its own. */
export interface StoredBroker extends BuiltProgram {
  /** Ends the broker, removes its database from MongoDB, and tells what its store took of the disk. */
  finish(): Promise<number>;
}

/**
 * Starts the built broker on an empty store of that name: a file in the folder, or a database on the MongoDB server of
 * the URL, whose own name is put before it.
 */
export async function startStored(
  root: string,
  name: string,
  {
    store,
    env = {},
  }: { readonly store?: string | undefined; readonly env?: Readonly<Record<string, string>> },
): Promise<StoredBroker> {
  const folder = join(root, name);
  mkdirSync(folder);
  if (store === undefined) {
    const broker = await startBroker(folder, { env });
    const file = join(folder, 'carillon.db');
    return { ...broker, finish: () => broker.stop().then(() => statSync(file).size) };
  }
  const url = new URL(store);
  url.pathname = `${url.pathname === '/' ? '/carillon-bench' : url.pathname}-${name}-${process.pid}`;
  const broker = await startBroker(folder, { env: { STORE_URL: url.href, ...env } });
  return { ...broker, finish: () => broker.stop().then(() => dropDatabase(url.href)) };
}

async function dropDatabase(url: string): Promise<number> {
  const client = await MongoClient.connect(url);
  try {
    const { storageSize, indexSize } = await client.db().stats();
    await client.db().dropDatabase();
    return storageSize + indexSize;
  } finally {
    await client.close();
  }
}
