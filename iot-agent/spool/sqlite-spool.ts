import type { Clock } from '../../runtime/clock.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import { senderKey } from '../registry/sender-key.ts';
import { type AsideRow, type AsideTable, asideTable } from './aside.ts';
import { type AsideCounts, asideCounts } from './aside-counts.ts';
import { type CauseName, causes } from './causes.ts';
import { decodeIncoming, encodeIncoming } from './encode-incoming.ts';
import { type AsideLimits, countAside } from './keep-aside.ts';
import { quarantine } from './quarantine.ts';
import type { RawRing } from './raw-ring.ts';
import { type Replays, replays } from './replays.ts';
import type { Settlement, Spool, SpoolItem } from './spool.ts';
import { SpoolFull } from './spool-full.ts';

/** What a spool on SQLite needs. */
export interface SpoolOptions extends AsideLimits {
  /** Has the tables of `spoolMigrations`. */
  readonly db: Database;
  readonly group: GroupCommit;
  readonly clock: Clock;
  readonly ring: Pick<RawRing, 'save'>;
  /** Most items on their way; more are refused. */
  readonly limit: number;
}

/** Shared state of the spool's functions: one object for the lifetime of the file. */
interface State extends SpoolOptions {
  readonly aside: AsideTable;
  readonly counts: AsideCounts;
  readonly replays: Replays;
  listener: () => void;
  nextSeq: number;
  depth: number;
}

/** Only a failure of the database itself stops an insertion under a new number: it needs no savepoint. */
const cannotThrow = { throwsBeforeWriting: true };

/** Opens the spool in its file. */
export function sqliteSpool(options: SpoolOptions): Spool {
  const { db, group, clock } = options;
  const aside = asideTable(db);
  const newest = newestSeq(db);
  const [depth] = db.prepare<[number]>('SELECT COUNT(*) FROM spool').get() ?? [0];
  const counts = asideCounts(aside.counts());
  const refilled = (items: number): void => filled(state, items);
  const store = { db, group, clock, counts, refilled, ordered: () => state.listener() };
  const state: State = {
    ...options,
    ...{ aside, counts, replays: replays(store), listener: () => {}, nextSeq: newest + 1, depth },
  };
  const oldest = db.prepare<[number]>('SELECT at FROM spool ORDER BY seq LIMIT 1');
  const forget: Spool['forget'] = async (key) => {
    const items = await group.run(() => aside.forget(key));
    for (const [sender, cause] of counts.entries())
      if (sender === key) counts.add(key, cause, -counts.of(key, cause));
    return items;
  };
  const forgetDevice: Spool['forgetDevice'] = async (device) => {
    for (const [key, cause] of await group.run(() => aside.forgetDevice(device))) counts.add(key, cause, -1);
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
    oldestAt: () => oldest.get()?.[0],
    quarantine: quarantine(store),
    replays: state.replays,
    aside: counts.totals,
    problems: (page) => ({ count: aside.countProblems(page.tenant), problems: aside.problems(page) }),
    problemsOf: (fits) =>
      counts.entries().flatMap(([key, cause]) => (fits(key) ? (aside.problem(key, cause) ?? []) : [])),
    forget,
    forgetDevice,
    onFilled: (listener) => {
      state.listener = listener;
    },
  };
}

function newestSeq(db: Database): number {
  const [newest] = db
    .prepare<[number]>(
      `SELECT max(ifnull((SELECT max(seq) FROM spool), 0), ifnull((SELECT max(seq) FROM aside), 0),
        (SELECT newest FROM numbering))`,
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
  const insert = state.db.prepare('INSERT INTO spool (seq, correlation_id, body, at) VALUES (?, ?, ?, ?)');
  return async (incoming, correlationId) => {
    if (state.depth + incoming.length > state.limit) throw new SpoolFull(state.limit);
    // Numbers are given when the call is made: the order of arrival is the order of calls.
    const rows = incoming.map((one) => ({ seq: state.nextSeq++, body: encodeIncoming(one) }));
    const at = state.clock.now();
    await state.group.run(() => {
      for (const { seq, body } of rows) insert.run(seq, correlationId, body, at);
    }, cannotThrow);
    filled(state, rows.length);
  };
}

function filled(state: State, items: number): void {
  state.depth += items;
  if (items > 0) state.listener();
}

function reader(db: Database): Spool['read'] {
  const select = db.prepare<[number, string, string, number | null, string | null]>(
    'SELECT seq, correlation_id, body, replay, entities FROM spool ORDER BY seq LIMIT ?',
  );
  return (limit) =>
    select.all(limit).map(([seq, correlationId, body, replay, entities]): SpoolItem => {
      const incoming = decodeIncoming(body);
      return {
        ...{ seq, correlationId, key: senderKey(incoming), incoming },
        ...(replay === null ? {} : { replay }),
        ...(entities === null ? {} : { delivered: JSON.parse(entities) as string[] }),
      };
    });
}

function settler(state: State): Spool['settle'] {
  const remove = state.db.prepare('DELETE FROM spool WHERE seq = ?');
  // Numbers are never given twice: the ring knows messages by them that left the spool long ago.
  const number = state.db.prepare('UPDATE numbering SET newest = max(newest, ?)');
  return async (settlements, also) => {
    const rows = settlements.flatMap((settlement) => asideRow(state, settlement));
    await state.group.run(() => {
      for (const settlement of settlements) {
        note(state, settlement);
        remove.run(settlement.item.seq);
      }
      number.run(Math.max(...settlements.map(({ item }) => item.seq)));
      for (const one of rows) state.aside.put(one);
      also?.();
    });
    state.depth -= settlements.length;
    await countAside(state, rows);
  };
}

/** Keeps the message in its device's ring, and counts it for the replay that it belongs to. */
function note({ ring, replays: store }: State, { item, obstacle, fate }: Settlement): void {
  if (fate !== undefined) ring.save(item, fate);
  if (item.replay === undefined || (obstacle !== undefined && causes[obstacle.cause].waits)) return;
  store.count(item.replay, fate?.result ?? obstacle?.cause ?? 'settled');
}

function asideRow({ clock }: State, { item, obstacle, fate }: Settlement): AsideRow[] {
  if (obstacle === undefined) return [];
  const { seq, key, correlationId, replay } = item;
  const common = {
    ...obstacle,
    seq,
    key,
    correlationId,
    at: clock.now(),
    body: encodeIncoming(item.incoming),
  };
  const owner = fate === undefined ? {} : { device: fate.device };
  // What stays for people to look at is done for its replay.
  const origin = replay === undefined || !causes[obstacle.cause].waits ? {} : { replay };
  return [{ ...common, ...owner, ...origin }];
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
    const chosen = counts.entries().filter(([key, cause]) => cause !== 'malformed' && fits(key, cause));
    if (chosen.length === 0) return 0;
    const sizes = await state.group.run(() => chosen.map(([key, cause]) => aside.release(key, cause)));
    for (const [index, [key, cause]] of chosen.entries()) counts.add(key, cause, -(sizes[index] ?? 0));
    const items = sizes.reduce((sum, size) => sum + size, 0);
    filled(state, items);
    return items;
  };
}
