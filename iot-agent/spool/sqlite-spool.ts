import type { Clock } from '../../runtime/clock.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import { senderKey } from '../registry/sender-key.ts';
import { type AsideRow, type AsideTable, asideTable } from './aside.ts';
import { type AsideCounts, asideCounts } from './aside-counts.ts';
import { type CauseName, causes } from './causes.ts';
import { decodeIncoming, encodeIncoming } from './encode-incoming.ts';
import { type AsideLimits, countAside } from './keep-aside.ts';
import type { Settlement, Spool, SpoolItem } from './spool.ts';
import { SpoolFull } from './spool-full.ts';

/** What a spool on SQLite needs. */
export interface SpoolOptions extends AsideLimits {
  /** Has the tables of `spoolSchema`. */
  readonly db: Database;
  readonly group: GroupCommit;
  readonly clock: Clock;
  /** Most items on their way; more are refused. */
  readonly limit: number;
}

/** Shared state of the spool's functions: one object for the lifetime of the file. */
interface State extends SpoolOptions {
  readonly aside: AsideTable;
  readonly counts: AsideCounts;
  listener: () => void;
  nextSeq: number;
  depth: number;
}

/** Only a failure of the database itself stops an insertion under a new number: it needs no savepoint. */
const cannotThrow = { throwsBeforeWriting: true };

/** Opens the spool in its file. */
export function sqliteSpool(options: SpoolOptions): Spool {
  const { db, group } = options;
  const aside = asideTable(db);
  const newest = newestSeq(db);
  const [depth] = db.prepare<[number]>('SELECT COUNT(*) FROM spool').get() ?? [0];
  const counts = asideCounts(aside.counts());
  const state: State = { ...options, aside, counts, listener: () => {}, nextSeq: newest + 1, depth };
  const forget: Spool['forget'] = async (key) => {
    const items = await group.run(() => aside.forget(key));
    for (const [sender, cause] of counts.entries())
      if (sender === key) counts.add(key, cause, -counts.of(key, cause));
    return items;
  };
  return {
    add: adder(state),
    addMalformed: ({ source, reason, text, correlationId }) =>
      putAside(state, [
        { ...row(state, 'malformed', reason), key: `malformed:${source}`, correlationId, body: text },
      ]),
    read: reader(db),
    settle: settler(state),
    release: releaser(state),
    isWaiting: (key, cause) => counts.of(key, cause) > 0,
    openedAt: newest,
    depth: () => state.depth,
    aside: counts.totals,
    problems: (page) => ({ count: aside.countProblems(page.tenant), problems: aside.problems(page) }),
    problemsOf: (fits) =>
      counts.entries().flatMap(([key, cause]) => (fits(key) ? (aside.problem(key, cause) ?? []) : [])),
    forget,
    onFilled: (listener) => {
      state.listener = listener;
    },
  };
}

function newestSeq(db: Database): number {
  const [newest] = db
    .prepare<[number]>(
      'SELECT max(ifnull((SELECT max(seq) FROM spool), 0), ifnull((SELECT max(seq) FROM aside), 0))',
    )
    .get() ?? [0];
  return newest;
}

function row(
  state: State,
  cause: CauseName,
  reason: string,
): Omit<AsideRow, 'key' | 'correlationId' | 'body'> {
  return { seq: state.nextSeq++, cause, reason, at: state.clock.now() };
}

function adder(state: State): Spool['add'] {
  const insert = state.db.prepare('INSERT INTO spool VALUES (?, ?, ?)');
  return async (incoming, correlationId) => {
    if (state.depth + incoming.length > state.limit) throw new SpoolFull(state.limit);
    // Numbers are given when the call is made: the order of arrival is the order of calls.
    const rows = incoming.map((one) => ({ seq: state.nextSeq++, body: encodeIncoming(one) }));
    await state.group.run(() => {
      for (const { seq, body } of rows) insert.run(seq, correlationId, body);
    }, cannotThrow);
    filled(state, rows.length);
  };
}

function filled(state: State, items: number): void {
  state.depth += items;
  if (items > 0) state.listener();
}

function reader(db: Database): Spool['read'] {
  const select = db.prepare<[number, string, string]>(
    'SELECT seq, correlation_id, body FROM spool ORDER BY seq LIMIT ?',
  );
  return (limit) =>
    select.all(limit).map(([seq, correlationId, body]): SpoolItem => {
      const incoming = decodeIncoming(body);
      return { seq, correlationId, key: senderKey(incoming), incoming };
    });
}

function settler(state: State): Spool['settle'] {
  const remove = state.db.prepare('DELETE FROM spool WHERE seq = ?');
  return async (settlements, also) => {
    const rows = settlements.flatMap((settlement) => asideRow(state, settlement));
    await state.group.run(() => {
      for (const { item } of settlements) remove.run(item.seq);
      for (const one of rows) state.aside.put(one);
      also?.();
    });
    state.depth -= settlements.length;
    await countAside(state, rows);
  };
}

function asideRow({ clock }: State, { item, obstacle }: Settlement): AsideRow[] {
  if (obstacle === undefined) return [];
  const { seq, key, correlationId } = item;
  return [{ ...obstacle, seq, key, correlationId, at: clock.now(), body: encodeIncoming(item.incoming) }];
}

async function putAside(state: State, rows: readonly AsideRow[]): Promise<void> {
  await state.group.run(() => {
    for (const one of rows) state.aside.put(one);
  });
  await countAside(state, rows);
}

function releaser(state: State): Spool['release'] {
  const { counts, aside } = state;
  return async (fits) => {
    const chosen = counts.entries().filter(([key, cause]) => causes[cause].waits && fits(key, cause));
    if (chosen.length === 0) return 0;
    const sizes = await state.group.run(() => chosen.map(([key, cause]) => aside.release(key, cause)));
    for (const [index, [key, cause]] of chosen.entries()) counts.add(key, cause, -(sizes[index] ?? 0));
    const items = sizes.reduce((sum, size) => sum + size, 0);
    filled(state, items);
    return items;
  };
}
