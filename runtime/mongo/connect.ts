import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { StartError } from '../start-error.ts';
import { isDatabaseAway } from './errors.ts';
import { databaseNameOf, withoutPassword } from './url.ts';
import { wakeWriters } from './wake-writers.ts';

export interface MongoConnectionOptions {
  /** `mongodb://…` or `mongodb+srv://…`; user, password, TLS and replica set as MongoDB's own options in it. */
  readonly url: string;
  /** Where the URL names no database. */
  readonly defaultDatabase: string;
  /** The most connections to one server. */
  readonly connections?: number;
  /** Milliseconds without a server, or without an answer to a connection attempt, after which an operation fails. */
  readonly patience?: number;
}

/** One connected client and the database of the program. */
export interface MongoConnection {
  readonly client: MongoClient;
  readonly database: Db;
  /** Resolves when the server answers. @throws the driver's error otherwise, see `isDatabaseAway` */
  ping(): Promise<void>;
  /** Idempotent; operations fail afterwards. */
  close(): Promise<void>;
}

/**
 * Milliseconds that the server may take for one command, and for making a write durable on a majority, before it
 * counts as away.
 */
const SLOWEST_COMMAND = 10_000;
const SLOWEST_MAJORITY = 5_000;
const DURABLE = { w: 'majority', j: true, wtimeout: SLOWEST_MAJORITY } as const;

/**
 * Connects with what both programs rely on, whatever the URL says: writes are acknowledged by a majority of the
 * replica set and journaled there, reads go to the primary.
 * @throws StartError when the URL is wrong, the server refuses the user, or no server answers in time.
 */
export async function connectMongo(options: MongoConnectionOptions): Promise<MongoConnection> {
  const name = databaseNameOf(options.url, options.defaultDatabase);
  const client = clientOf(options);
  try {
    await client.connect();
    // Not an option of the client: parts of the URL's would be mixed in.
    return await connectionOf(client, client.db(name, { writeConcern: DURABLE }));
  } catch (error) {
    await client.close();
    throw refusal(options.url, error);
  }
}

function clientOf({ url, connections = 50, patience = 2_500 }: MongoConnectionOptions): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'carillon',
      readPreference: 'primary',
      maxPoolSize: connections,
      serverSelectionTimeoutMS: patience,
      connectTimeoutMS: patience,
      waitQueueTimeoutMS: SLOWEST_COMMAND,
      socketTimeoutMS: SLOWEST_COMMAND,
      ignoreUndefined: true,
    });
  } catch (error) {
    throw new StartError(
      `The store URL ${withoutPassword(url)} is not understood: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

async function connectionOf(client: MongoClient, database: Db): Promise<MongoConnection> {
  // Needs the rights of a user, which a ping does not.
  await database.listCollections({}, { nameOnly: true }).hasNext();
  const stopWaking = wakeWriters(client);
  return {
    client,
    database,
    ping: async () => {
      await database.command({ ping: 1 });
    },
    close: () => {
      stopWaking();
      return client.close();
    },
  };
}

const UNAUTHORISED = new Set<unknown>([13, 18]);

function refusal(url: string, error: unknown): unknown {
  const place = `The database ${withoutPassword(url)} cannot be used`;
  const { message } = error as Error;
  if (error instanceof MongoServerError && UNAUTHORISED.has(error.code)) {
    return new StartError(
      `${place}: it refuses the user (${message}). Correct the user, password or rights.`,
      {
        cause: error,
      },
    );
  }
  if (isDatabaseAway(error)) {
    return new StartError(
      `${place}: no server answers (${message}). Start it, or correct the host and port.`,
      {
        cause: error,
      },
    );
  }
  return error;
}
