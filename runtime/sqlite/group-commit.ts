import { sqliteFailure } from './errors.ts';
import type { Database } from './open.ts';

/** Hooks into each group, for callers that hold staged or cached state beside the database. */
export interface GroupHooks {
  /** Asked behind each member: true when those so far are enough for one group, and the rest come with the next. */
  readonly isFull?: () => boolean;
  /** After the members, before COMMIT; what it throws fails the group. */
  readonly beforeCommit?: () => void;
  /** After COMMIT, before any member's promise resolves. */
  readonly committed?: () => void;
  /** After the group failed as a whole: forget what its members staged. */
  readonly rolledBack?: () => void;
  /** After the members' promises were resolved. */
  readonly answered?: () => void;
  /** What the members of a failed group are rejected with, given what the database or a hook threw. */
  readonly toError?: (error: unknown) => unknown;
}

export interface RunOptions {
  /**
   * The member promises to throw only before its first write: it then needs no savepoint. An error of SQLite fails
   * the whole group, because it may have come in the middle.
   */
  readonly throwsBeforeWriting?: boolean;
  /** Nobody waits for it: it goes with the next group, or after five milliseconds in one of its own. */
  readonly mayWait?: boolean;
}

/** Writes of one event-loop turn share one transaction, and so one sync of the disk. */
export interface GroupCommit {
  /**
   * Runs the member, which is synchronous, in the next group, and resolves to its answer once that is committed.
   * What it throws rejects this call alone and undoes its writes; members run in the order they came, and each sees
   * what the ones before it wrote. A failure of the database itself (full, input/output) fails the whole group.
   */
  run<T>(member: () => T, options?: RunOptions): Promise<T>;
  /** Commits what waits, at once; calls afterwards are rejected. Idempotent. */
  close(): void;
}

interface Member {
  readonly work: () => unknown;
  readonly savepoint: boolean;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type Outcome = { readonly answer: unknown } | { readonly reason: unknown };

/** Milliseconds that what may wait does for a group to go with. */
const PATIENCE = 5;

/** So that one group neither holds the event loop for long nor outgrows the page cache. */
const MOST_MEMBERS = 512;

export function groupCommit(database: Database, hooks: GroupHooks = {}): GroupCommit {
  const transact = transaction(database, hooks);
  let waiting: Member[] = [];
  let closed = false;
  let isDue = false;
  let patience: NodeJS.Timeout | undefined;

  const beDue = (): void => {
    if (!isDue) setImmediate(flush);
    isDue = true;
  };

  const flush = (): void => {
    isDue = false;
    clearTimeout(patience);
    patience = undefined;
    const group = waiting.slice(0, MOST_MEMBERS);
    waiting = waiting.slice(MOST_MEMBERS);
    if (group.length === 0) return;
    const outcomes = transact(group);
    if (outcomes.length < group.length) waiting = [...group.slice(outcomes.length), ...waiting];
    if (waiting.length > 0) beDue();
    for (let index = 0; index < outcomes.length; index++) settle(group[index], outcomes[index]);
    hooks.answered?.();
  };

  return {
    run: <T>(work: () => T, { throwsBeforeWriting = false, mayWait = false }: RunOptions = {}) =>
      new Promise<T>((resolve, reject) => {
        if (closed) {
          const error = new Error(`The database ${database.path} is closed.`);
          reject(hooks.toError?.(error) ?? error);
          return;
        }
        waiting.push({
          work,
          savepoint: !throwsBeforeWriting,
          resolve: resolve as Member['resolve'],
          reject,
        });
        if (!mayWait) beDue();
        else if (!isDue) patience ??= setTimeout(beDue, PATIENCE);
      }),
    close: () => {
      closed = true;
      while (waiting.length > 0) flush();
    },
  };
}

function settle(member: Member | undefined, outcome: Outcome | undefined): void {
  if (!member || !outcome) return;
  if ('reason' in outcome) member.reject(outcome.reason);
  else member.resolve(outcome.answer);
}

/** What became of the members, or of the first of them where these are enough for one group. */
function transaction(
  database: Database,
  hooks: GroupHooks,
): (group: readonly Member[]) => readonly Outcome[] {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  const attempt = attempts(database);
  return (group) => {
    const outcomes: Outcome[] = [];
    try {
      begin.run();
      for (const member of group) {
        outcomes.push(attempt(member));
        if (hooks.isFull?.()) break;
      }
      hooks.beforeCommit?.();
      commit.run();
    } catch (error) {
      if (database.isTransaction) rollback.run();
      hooks.rolledBack?.();
      const reason = hooks.toError?.(error) ?? error;
      // A member that had refused by itself keeps its own reason.
      return group.map((_, index) => ({ reason, ...refusalOf(outcomes[index]) }));
    }
    hooks.committed?.();
    return outcomes;
  };
}

function refusalOf(outcome: Outcome | undefined): { readonly reason?: unknown } {
  return outcome && 'reason' in outcome ? outcome : {};
}

/** Runs one member; what concerns the whole group is thrown on. */
function attempts(database: Database): (member: Member) => Outcome {
  const savepoint = database.prepare('SAVEPOINT member');
  const release = database.prepare('RELEASE member');
  const undo = database.prepare('ROLLBACK TO member');
  const attempt = ({ work, savepoint }: Member): Outcome => {
    try {
      return { answer: work() };
    } catch (reason) {
      const failure = sqliteFailure(reason);
      const isOwn = failure === undefined || (failure === 'statement' && savepoint);
      if (!isOwn || !database.isTransaction) throw reason;
      return { reason };
    }
  };
  return (member) => {
    if (!member.savepoint) return attempt(member);
    savepoint.run();
    const outcome = attempt(member);
    if ('reason' in outcome) undo.run();
    release.run();
    return outcome;
  };
}
