import type { Database } from '../../runtime/sqlite/open.ts';
import type { Json } from '../measurement.ts';
import { type CauseName, causes, isQuarantined } from './causes.ts';
import type { Problem, ProblemsPage } from './spool.ts';

/** Added to the tables of the spool: what is put aside of a device goes with it. */
export const asideOfDevices = `
  CREATE INDEX aside_device ON aside (device) WHERE device IS NOT NULL;
`;

/** What problems and the quarantine are listed by: indexes that have all of it, so that a flood is not read to show a page. */
export const asideLists = `
  DROP INDEX aside_key;
  CREATE INDEX aside_key ON aside (key, cause, seq, tenant);
  CREATE INDEX aside_quarantine ON aside (tenant, seq) WHERE ${isQuarantined};
`;

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
  readonly device?: string;
  readonly attribute?: string;
  readonly rule?: string;
  readonly value?: Json;
  readonly replay?: number;
  readonly delivered?: readonly string[];
}

/** The table of what is put aside. Its writes run inside a transaction of the caller; it keeps no state of its own. */
export interface AsideTable {
  put(row: AsideRow): void;
  /** Moves the rows of the sender and cause back to the spool, at their old places; returns how many. */
  release(key: string, cause: CauseName): number;
  /** Drops the oldest rows of the sender and cause beyond `keep`; returns how many. */
  trim(key: string, cause: CauseName, keep: number): number;
  /** Drops the oldest rows of the cause beyond `keep`, whoever sent them; returns the sender of each. */
  trimCause(cause: CauseName, keep: number): readonly string[];
  forget(key: string): number;
  /** Drops what a registered device sent under whatever identity; returns sender and cause of each. */
  forgetDevice(device: string): readonly (readonly [key: string, cause: CauseName])[];
  counts(): readonly { readonly key: string; readonly cause: CauseName; readonly items: number }[];
  /** The newest row of each sender and cause, newest first; see `Spool.problems`. */
  problems(page: ProblemsPage): readonly Problem[];
  countProblems(tenant: string | undefined): number;
  /** The newest row of one sender and cause. */
  problem(key: string, cause: CauseName): Problem | undefined;
}

/** Prepares the table's statements. */
export function asideTable(db: Database): AsideTable {
  const back = db.prepare(`INSERT INTO spool (seq, correlation_id, body, at, replay, entities)
    SELECT seq, correlation_id, body, at, replay, entities FROM aside WHERE key = ? AND cause = ?`);
  const remove = db.prepare('DELETE FROM aside WHERE key = ? AND cause = ?');
  const trim = db.prepare(`DELETE FROM aside WHERE seq IN
    (SELECT seq FROM aside WHERE key = ? AND cause = ? ORDER BY seq DESC LIMIT -1 OFFSET ?)`);
  const trimCause = db.prepare<[string]>(`DELETE FROM aside WHERE seq IN
    (SELECT seq FROM aside WHERE cause = ? ORDER BY seq DESC LIMIT -1 OFFSET ?) RETURNING key`);
  const removeKey = db.prepare('DELETE FROM aside WHERE key = ?');
  const removeDevice = db.prepare<[string, CauseName]>(
    'DELETE FROM aside WHERE device = ? RETURNING key, cause',
  );
  const counts = db.prepare<[string, string, number]>(
    'SELECT key, cause, COUNT(*) FROM aside GROUP BY key, cause',
  );
  return {
    put: writer(db),
    release: (key, cause) => {
      back.run(key, cause);
      return remove.run(key, cause).changes;
    },
    trim: (key, cause, keep) => trim.run(key, cause, keep).changes,
    trimCause: (cause, keep) => trimCause.all(cause, keep).map(([key]) => key),
    forget: (key) => removeKey.run(key).changes,
    forgetDevice: (device) => removeDevice.all(device),
    counts: () =>
      counts.all().flatMap(([key, cause, items]) => (isCause(cause) ? [{ key, cause, items }] : [])),
    ...problemReaders(db),
  };
}

function writer(db: Database): AsideTable['put'] {
  const insert = db.prepare(`
    INSERT INTO aside (seq, key, cause, reason, at, correlation_id, body, tenant, device, attribute, rule, value,
      replay, entities) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (row) => {
    const { seq, key, cause, reason, at, correlationId, body } = row;
    const { tenant = null, device = null, attribute = null, rule = null, replay = null } = row;
    const json = [row.value, row.delivered].map((value) =>
      value === undefined ? null : JSON.stringify(value),
    );
    const [value = null, entities = null] = json;
    insert.run(
      ...[seq, key, cause, reason, at, correlationId, body],
      ...[tenant, device, attribute, rule, value, replay, entities],
    );
  };
}

/** A later release may have causes that this one does not know. */
function isCause(name: string): name is CauseName {
  return Object.hasOwn(causes, name);
}

type ProblemRow = [string, string | null, CauseName, string, number, number, string];

/** The tenant is that of the newest row. */
const groups =
  '(SELECT key, cause, MAX(seq) AS newest, COUNT(*) AS items, tenant FROM aside GROUP BY key, cause)';
/** What nobody has registered yet is the operator's business, whose requests name no tenant: it may be another tenant's. */
const ofTenant = "WHERE ?1 IS NULL OR tenant = ?1 OR (tenant IS NULL AND ?1 = '')";

function problemReaders(db: Database): Pick<AsideTable, 'problems' | 'countProblems' | 'problem'> {
  const page = db.prepare<ProblemRow>(`
    SELECT aside.key, aside.tenant, aside.cause, reason, items, at, body
    FROM (SELECT newest, items FROM ${groups} ${ofTenant} ORDER BY newest DESC LIMIT ?2 OFFSET ?3)
    JOIN aside ON seq = newest ORDER BY newest DESC`);
  const count = db.prepare<[number]>(`SELECT COUNT(*) FROM ${groups} ${ofTenant}`);
  const one = db.prepare<ProblemRow>(`
    SELECT key, tenant, cause, reason,
      (SELECT COUNT(*) FROM aside WHERE key = ?1 AND cause = ?2), at, body
    FROM aside WHERE key = ?1 AND cause = ?2 ORDER BY seq DESC LIMIT 1`);
  return {
    problems: ({ tenant, limit, offset }) => page.all(tenant ?? null, limit, offset).map(problemOf),
    countProblems: (tenant) => count.get(tenant ?? null)?.[0] ?? 0,
    problem: (key, cause) => {
      const row = one.get(key, cause);
      return row && problemOf(row);
    },
  };
}

function problemOf([key, tenant, cause, reason, items, lastAt, last]: ProblemRow): Problem {
  return { key, ...(tenant === null ? {} : { tenant }), cause, reason, items, lastAt, last };
}
