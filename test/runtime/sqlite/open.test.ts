import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { migrate, readMeta, type Schema } from '../../../runtime/sqlite/migrate.ts';
import { openDatabase, sqlitePath } from '../../../runtime/sqlite/open.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
const at = (name: string) => `sqlite:${join(folder, name)}`;

describe('opening a database', () => {
  it('reads sqlite: URLs, and refuses others by name', () => {
    expect(sqlitePath('sqlite:data/carillon.db')).toBe('data/carillon.db');
    expect(sqlitePath('sqlite::memory:')).toBe(':memory:');
    expect(() => sqlitePath('sqlite:')).toThrow('The store URL sqlite: is not understood');
    expect(() => sqlitePath('mongodb://x')).toThrow('write sqlite:<path of a file>');
  });

  it('makes the folder, writes ahead and syncs every commit', () => {
    const database = openDatabase(at('deep/er/a.db'));
    expect(database.prepare<[string]>('PRAGMA journal_mode').get()).toEqual(['wal']);
    expect(database.prepare<[number]>('PRAGMA synchronous').get()).toEqual([2]);
    expect(database.prepare<[string]>('PRAGMA locking_mode').get()).toEqual(['exclusive']);
    database.close();
    database.close();
  });

  it('refuses a file that is open already, and takes it once that was closed', () => {
    const first = openDatabase(at('b.db'));
    expect(() => openDatabase(at('b.db'))).toThrow(/b\.db cannot be used: another process has it open/);
    first.close();
    openDatabase(at('b.db')).close();
  });

  it('says what is wrong with the path and what to do', () => {
    writeFileSync(
      join(folder, 'text'),
      'this is no database, but it is long enough to be read as one'.repeat(20),
    );
    mkdirSync(join(folder, 'a-folder'));
    expect(() => openDatabase(at('text'))).toThrow(/text cannot be used: the file is no SQLite database/);
    expect(() => openDatabase(at('text/x.db'))).toThrow(/x\.db cannot be used: a part of its path is a file/);
    expect(() => openDatabase(at('a-folder'))).toThrow(/a-folder cannot be used: it cannot be opened/);
    expect(() => openDatabase('sqlite:/proc/nowhere/x.db')).toThrow(/x\.db cannot be used: its folder/);
  });

  it('keeps the composed statements that were used last', () => {
    const database = openDatabase('sqlite::memory:');
    const kept = database.cached<[number]>('SELECT 0');
    for (let index = 1; index < 500; index++) {
      expect(database.cached<[number]>(`SELECT ${index}`).get()).toEqual([index]);
      expect(database.cached<[number]>('SELECT 0')).toBe(kept);
    }
    expect(database.cached('SELECT 1')).not.toBe(kept);
    database.close();
  });
});

describe('migrating a database', () => {
  const first: Schema = { format: 'test', migrations: ['CREATE TABLE a (x)'] };
  const second: Schema = { ...first, migrations: [...first.migrations, 'ALTER TABLE a ADD COLUMN y'] };

  it('leads an empty file through every migration, and an older one through the rest', () => {
    const database = openDatabase(at('m.db'));
    migrate(database, first);
    expect(readMeta(database, 'schemaVersion')).toBe('1');
    migrate(database, second);
    migrate(database, second);
    expect(readMeta(database, 'schemaVersion')).toBe('2');
    expect(database.prepare('SELECT x, y FROM a').all()).toEqual([]);
    database.close();
  });

  it('refuses a newer file, and one of another kind', () => {
    const database = openDatabase('sqlite::memory:');
    migrate(database, second);
    expect(() => migrate(database, first)).toThrow('has schema version 2, written by a newer release');
    expect(() => migrate(database, { ...second, format: 'other' })).toThrow('is no other file but test');
    database.close();
    const foreign = openDatabase('sqlite::memory:');
    foreign.exec('CREATE TABLE theirs (x)');
    expect(() => migrate(foreign, first)).toThrow('is no test file but something else');
    foreign.close();
  });

  it('leaves the file as it was when a migration fails', () => {
    const database = openDatabase('sqlite::memory:');
    migrate(database, first);
    const broken = { ...first, migrations: [...second.migrations, 'SELECT nonsense FROM nowhere'] };
    expect(() => migrate(database, broken)).toThrow('no such table');
    migrate(database, first);
    expect(() => database.prepare('SELECT y FROM a')).toThrow('no such column');
    database.close();
  });
});
