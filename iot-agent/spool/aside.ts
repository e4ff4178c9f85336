import type { Database } from '../../runtime/sqlite/open.ts';
import { type CauseName, causes } from './causes.ts';
import type { Problem } from './spool.ts';

/** A row to put aside. */
export interface AsideRow {
  readonly seq: number;
  readonly key: string;
  readonly cause: CauseName;
  readonly tenant?: string;
  readonly reason: string;
  readonly at: number;
  readonly correlationId: string;
  readonly body: string;
}

/** The table of what is put aside. Its writes run inside a transaction of the caller; it keeps no state of its own. */
export interface AsideTable {
  put(row: AsideRow): void;
  /** Moves the rows of the sender and cause back to the spool, at their old places; returns how many. */
  release(key: string, cause: CauseName): number;
  /** Drops the oldest rows of the sender and cause beyond `keep`; returns how many. */
  trim(key: string, cause: CauseName, keep: number): number;
  forget(key: string): number;
  counts(): readonly { readonly key: string; readonly cause: CauseName; readonly items: number }[];
  problems(page: {
    readonly tenant?: string;
    readonly limit: number;
    readonly offset: number;
  }): readonly Problem[];
}

/** Prepares the table's statements. */
export function asideTable(db: Database): AsideTable {
  const insert = db.prepare('INSERT INTO aside VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const back = db.prepare(
    'INSERT INTO spool SELECT seq, correlation_id, body FROM aside WHERE key = ? AND cause = ?',
  );
  const remove = db.prepare('DELETE FROM aside WHERE key = ? AND cause = ?');
  const trim = db.prepare(`DELETE FROM aside WHERE seq IN
    (SELECT seq FROM aside WHERE key = ? AND cause = ? ORDER BY seq DESC LIMIT -1 OFFSET ?)`);
  const removeKey = db.prepare('DELETE FROM aside WHERE key = ?');
  const counts = db.prepare<[string, string, number]>(
    'SELECT key, cause, COUNT(*) FROM aside GROUP BY key, cause',
  );
  return {
    put: ({ seq, key, cause, tenant, reason, at, correlationId, body }) => {
      insert.run(seq, key, cause, tenant ?? null, reason, at, correlationId, body);
    },
    release: (key, cause) => {
      back.run(key, cause);
      return remove.run(key, cause).changes;
    },
    trim: (key, cause, keep) => trim.run(key, cause, keep).changes,
    forget: (key) => removeKey.run(key).changes,
    counts: () =>
      counts.all().flatMap(([key, cause, items]) => (isCause(cause) ? [{ key, cause, items }] : [])),
    problems: problemsReader(db),
  };
}

/** A later release may have causes that this one does not know. */
function isCause(name: string): name is CauseName {
  return Object.hasOwn(causes, name);
}

type ProblemRow = [string, string | null, CauseName, string, number, number, string];

function problemsReader(db: Database): AsideTable['problems'] {
  const select = db.prepare<ProblemRow>(`
    SELECT aside.key, tenant, aside.cause, reason, items, at, body
    FROM (SELECT key, cause, MAX(seq) AS newest, COUNT(*) AS items FROM aside GROUP BY key, cause) AS groups
    JOIN aside ON aside.seq = newest
    WHERE tenant IS NULL OR ?1 IS NULL OR tenant = ?1
    ORDER BY newest DESC LIMIT ?2 OFFSET ?3`);
  return ({ tenant, limit, offset }) =>
    select.all(tenant ?? null, limit, offset).map(([key, owner, cause, reason, items, lastAt, last]) => ({
      key,
      ...(owner === null ? {} : { tenant: owner }),
      cause,
      reason,
      items,
      lastAt,
      last,
    }));
}
