import { StartError } from '../start-error.ts';
import type { Database } from './open.ts';

/** What a database file is for, and how it came to be: migration n leads from version n to n + 1. */
export interface Schema {
  /** Names the kind of file, so that no program takes another's for its own. */
  readonly format: string;
  /** SQL, applied in order, each once; what was released is never changed, only added to. */
  readonly migrations: readonly string[];
}

/**
 * Brings the file forward to the newest version, in one transaction; an empty one from the first. The table `meta`
 * (key, value) holds `format` and `schemaVersion`, and is there for others' keys too.
 * @throws StartError when the file belongs to something else or is of a newer version.
 */
export function migrate(database: Database, { format, migrations }: Schema): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database, format, migrations.length);
    for (const migration of migrations.slice(version)) database.exec(migration);
    const write = database.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
    write.run('format', format);
    write.run('schemaVersion', String(migrations.length));
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: Database, format: string, newest: number): number {
  const [tables] = database.prepare<[number]>('SELECT count(*) FROM sqlite_schema').get() ?? [0];
  if (tables === 0) {
    database.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
    return 0;
  }
  const found = tableExists(database) ? readMeta(database, 'format') : undefined;
  if (found !== format) {
    throw new StartError(
      `The database ${database.path} is no ${format} file but ${found ?? 'something else'}: name another file.`,
    );
  }
  const version = Number(readMeta(database, 'schemaVersion'));
  if (version > newest) {
    throw new StartError(
      `The database ${database.path} has schema version ${version}, written by a newer release; this one knows ${newest}: update the program, or name another file.`,
    );
  }
  return version;
}

function tableExists(database: Database): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'").get() !== undefined
  );
}

/** The value that `meta` has under the key. */
export function readMeta(database: Database, key: string): string | undefined {
  return database.prepare<[string]>('SELECT value FROM meta WHERE key = ?').get(key)?.[0];
}
