import { systemErrorCode } from '../start-error.ts';

/** The primary result codes of SQLite that operators and callers must tell apart (sqlite.org/rescode.html). */
export type SqliteFailure =
  | 'busy'
  | 'read-only'
  | 'input-output'
  | 'corrupt'
  | 'full'
  | 'cannot-open'
  | 'not-a-database'
  | 'out-of-memory'
  | 'statement';

const failures: ReadonlyMap<number, SqliteFailure> = new Map([
  [5, 'busy'],
  [6, 'busy'],
  [7, 'out-of-memory'],
  [8, 'read-only'],
  [10, 'input-output'],
  [11, 'corrupt'],
  [13, 'full'],
  [14, 'cannot-open'],
  [15, 'busy'],
  [26, 'not-a-database'],
]);

/** SQLite's own texts for these codes: what fails while `all` reads rows comes without its code. */
const texts: ReadonlyMap<string, number> = new Map([
  ['database is locked', 5],
  ['database table is locked', 6],
  ['out of memory', 7],
  ['attempt to write a readonly database', 8],
  ['disk I/O error', 10],
  ['database disk image is malformed', 11],
  ['database or disk is full', 13],
  ['unable to open database file', 14],
  ['locking protocol', 15],
  ['file is not a database', 26],
]);

const meanings: Readonly<Record<SqliteFailure, string>> = {
  busy: 'another process has it open: stop that one, or give this one a file of its own',
  'read-only':
    'it cannot be written: give this user the right to write the file and its folder, or choose another place',
  'input-output': 'reading or writing the disk failed: look at the disk and its mount, then start again',
  corrupt: 'the file is damaged: put back a backup, or move the file away to start empty',
  full: 'the disk is full: make room on it, or choose another disk',
  'cannot-open': 'it cannot be opened: check that its folder exists and that this user may write there',
  'not-a-database': 'the file is no SQLite database: name another file, or move this one away',
  'out-of-memory': 'memory ran out: give the program more, or fewer tasks',
  statement: 'a statement failed',
};

/**
 * What went wrong, when the error is one of SQLite's; `undefined` for any other error. `statement` stands for
 * everything that concerns one statement alone, such as a violated constraint.
 */
export function sqliteFailure(error: unknown): SqliteFailure | undefined {
  // Not `instanceof Error`: errors made by the addon belong to another realm where code runs in a vm context.
  if (systemErrorCode(error) !== 'ERR_SQLITE_ERROR') return undefined;
  const { errcode, message } = error as { readonly errcode?: unknown; readonly message?: unknown };
  const code = typeof errcode === 'number' ? errcode : (texts.get(String(message)) ?? 0);
  // The low byte is the primary code; the rest tells the kind of input/output error and the like.
  return failures.get(code & 0xff) ?? 'statement';
}

/** What the failure means and how to remedy it, as the end of a sentence. */
export function meaningOf(failure: SqliteFailure): string {
  return meanings[failure];
}
