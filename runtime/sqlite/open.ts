import { dirname, resolve } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { makeFolder } from '../make-folder.ts';
import { StartError, systemErrorCode } from '../start-error.ts';
import { meaningOf, sqliteFailure } from './errors.ts';

type Value = string | number | null | Uint8Array;

/** A prepared statement whose rows are arrays of the columns, in the order of the SELECT. */
export interface Statement<Row extends readonly unknown[] = readonly []> {
  run(...values: readonly Value[]): { readonly changes: number };
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): readonly Row[];
}

/** One open SQLite database, which only this process uses. */
export interface Database {
  /** The absolute path of the file, or `:memory:`. */
  readonly path: string;
  /** True between BEGIN and COMMIT or ROLLBACK; SQLite itself rolls back on some errors. */
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare<Row extends readonly unknown[] = readonly []>(sql: string): Statement<Row>;
  /** As `prepare`, for text that is composed at run time: the statements used last are kept. */
  cached<Row extends readonly unknown[]>(sql: string): Statement<Row>;
  /** Idempotent; statements fail afterwards. */
  close(): void;
}

const MEMORY = ':memory:';
const STATEMENTS_KEPT = 200;

/** The place that `sqlite:path` or `sqlite::memory:` names. @throws StartError for any other text. */
export function sqlitePath(url: string): string {
  const path = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : '';
  if (path === '') {
    throw new StartError(
      `The store URL ${url} is not understood: write sqlite:<path of a file>, or sqlite::memory:`,
    );
  }
  return path;
}

/**
 * Opens the database for this process alone, making its folder and file where they do not exist: WAL, every commit
 * synced to the disk (`synchronous=FULL`). The lock is the operating system's, so that it ends with the process.
 * @throws StartError that names the file, what is wrong and the remedy.
 */
export function openDatabase(url: string): Database {
  const named = sqlitePath(url);
  const path = named === MEMORY ? MEMORY : resolve(named);
  let connection: DatabaseSyncInstance | undefined;
  try {
    if (path !== MEMORY) makeFolder(dirname(path));
    connection = new DatabaseSync(path, { timeout: 250, returnArrays: true });
    configure(connection);
    return databaseOf(connection, path);
  } catch (error) {
    connection?.close();
    throw asStartError(path, error);
  }
}

function configure(connection: DatabaseSyncInstance): void {
  connection.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16000;
    PRAGMA temp_store = MEMORY;
    BEGIN IMMEDIATE;
    COMMIT`);
}

function databaseOf(connection: DatabaseSyncInstance, path: string): Database {
  const statements = new Map<string, unknown>();
  const prepare = <Row extends readonly unknown[]>(sql: string): Statement<Row> =>
    // Rows are arrays, because the connection is opened with returnArrays; what they hold, the SELECT says.
    connection.prepare(sql) as Statement<Row>;
  const cached = <Row extends readonly unknown[]>(sql: string): Statement<Row> => {
    const statement = (statements.get(sql) as Statement<Row> | undefined) ?? prepare<Row>(sql);
    statements.delete(sql);
    statements.set(sql, statement);
    if (statements.size > STATEMENTS_KEPT) statements.delete(statements.keys().next().value as string);
    return statement;
  };
  return {
    path,
    get isTransaction() {
      return connection.isTransaction;
    },
    exec: (sql) => connection.exec(sql),
    prepare,
    cached,
    close: () => {
      if (!connection.isOpen) return;
      unlock(connection);
      connection.close();
    },
  };
}

/** Statements that are not collected yet keep a closed connection, and with it the exclusive lock of its file. */
function unlock(connection: DatabaseSyncInstance): void {
  try {
    // A WAL whose index is in this process alone has to go first.
    connection.exec(
      'PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema',
    );
  } catch {
    // A disk that is full, or a transaction under way: the lock ends with the process.
  }
}

const systemReasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there: change the owner of the folder, or choose another',
  EPERM: 'this user may not write there: change the owner of the folder, or choose another',
  EROFS: 'the file system is read-only: mount it for writing, or choose another folder',
  ENOSPC: meaningOf('full'),
  ENOTDIR: 'a part of its path is a file: choose another path',
  EEXIST: 'a part of its path is a file: choose another path',
  ENOENT: 'its folder cannot be made: choose another path',
};

/** What keeps a program from starting on a database, as a StartError with the remedy; any other error as it is. */
export function asStartError(path: string, error: unknown): unknown {
  const failure = sqliteFailure(error);
  const isFault = failure === 'statement';
  const reason = failure && !isFault ? meaningOf(failure) : systemReasons[systemErrorCode(error)];
  if (!reason) return error;
  return new StartError(`The database ${path} cannot be used: ${reason}.`, { cause: error });
}
