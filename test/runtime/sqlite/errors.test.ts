import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sqliteFailure } from '../../../runtime/sqlite/errors.ts';
import { type Database, openDatabase } from '../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
const page = 4096;

/** A table of which some pages in the middle are damaged. */
function damaged(name: string): Database {
  const path = join(folder, name);
  const database = openDatabase(`sqlite:${path}`);
  database.exec(`CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
    INSERT INTO t (b) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2000)
      SELECT hex(zeroblob(150)) FROM n`);
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 40 * page, 60 * page);
  writeFileSync(path, bytes);
  return openDatabase(`sqlite:${path}`);
}

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return sqliteFailure(error);
  }
  return 'none';
}

describe('what went wrong in SQLite', () => {
  it.each([
    ['get', (database: Database) => database.prepare('SELECT sum(length(b)) FROM t').get()],
    ['all', (database: Database) => database.prepare('SELECT b FROM t').all()],
    ['run', (database: Database) => database.prepare("UPDATE t SET b = ''").run()],
    ['exec', (database: Database) => database.exec("UPDATE t SET b = ''")],
  ] as const)('is a damaged file, whichever way it is met: %s', (name, work) => {
    const database = damaged(`${name}.db`);
    expect(failureOf(() => work(database))).toBe('corrupt');
    database.close();
  });

  it('is the statement where nothing else is wrong', () => {
    const database = openDatabase('sqlite::memory:');
    database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    expect(failureOf(() => database.exec('INSERT INTO t VALUES (1), (1)'))).toBe('statement');
    expect(failureOf(() => database.prepare('SELECT 1').all())).toBe('none');
    expect(sqliteFailure(new Error('disk I/O error'))).toBeUndefined();
    database.close();
  });
});
