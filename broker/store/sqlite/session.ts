import { meaningOf, sqliteFailure } from '../../../runtime/sqlite/errors.ts';
import {
  type GroupCommit,
  type GroupHooks,
  groupCommit,
  type RunOptions,
} from '../../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../../runtime/sqlite/open.ts';
import type { Micros } from '../../domain/entity.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import type { Geometry } from '../../domain/geometry/geometry.ts';
import { type Names, namesIn } from './names.ts';

/** What the parts of one open store share. */
export interface Session {
  readonly database: Database;
  readonly now: () => Micros;
  readonly cellsOf: (geometry: Geometry) => readonly string[];
  readonly tenants: Names;
  /** IRIs of types and Attributes. */
  readonly iris: Names;
  /**
   * Runs a read between groups.
   * @throws NgsiLdError Unavailable when the store is closed or the disk fails.
   */
  read<T>(work: () => T): Promise<T>;
  /** Runs a write in the next group, resolving after its commit; what it throws undoes it alone. */
  write<T>(work: () => T, options?: Pick<RunOptions, 'mayWait'>): Promise<T>;
  /** The group itself, for members that stage what they write. */
  readonly group: GroupCommit;
  /** Ends what is under way, then closes the database. Idempotent. */
  close(): Promise<void>;
}

/** Hears, once each time that it changes, why nothing can be written; undefined when something was again. */
export type WritesListener = (problem: string | undefined) => void;

export interface SessionOptions extends Pick<Session, 'now' | 'cellsOf'> {
  readonly onWrites?: WritesListener;
}

export interface SessionHooks extends GroupHooks {
  /** After a write of a group was undone while the others stay. */
  readonly undone?: () => void;
}

/** A session on an open database; `hooks` are those of its group. */
export function openSession(
  database: Database,
  { now, cellsOf, onWrites }: SessionOptions,
  hooks: SessionHooks,
): Session {
  const tenants = namesIn(database, { table: 'tenant', column: 'name' });
  const iris = namesIn(database, { table: 'name', column: 'iri' });
  const forgetNames = (): void => {
    tenants.forget();
    iris.forget();
  };
  let isClosed = false;
  const tellProblem = changesOf(onWrites);
  const toError = (error: unknown): unknown => {
    if (isClosed) return closedError(database);
    const told = toStoreError(database, error);
    if (told !== error && told instanceof Error) tellProblem(told.message);
    return told;
  };
  const committed = (): void => {
    tellProblem(undefined);
    hooks.committed?.();
  };
  const rolledBack = (): void => {
    hooks.rolledBack?.();
    forgetNames();
  };
  const undone = (): void => {
    forgetNames();
    hooks.undone?.();
  };
  const group = groupCommit(database, { ...hooks, committed, rolledBack, toError });
  return {
    database,
    now,
    cellsOf,
    tenants,
    iris,
    group,
    read: async (work) => {
      if (isClosed) throw closedError(database);
      try {
        return work();
      } catch (error) {
        throw toStoreError(database, error);
      }
    },
    write: (work, options) => group.run(() => undoing(work, undone), options),
    close: async () => {
      group.close();
      isClosed = true;
      database.close();
    },
  };
}

/** Passes on what is another than it was. */
function changesOf(listener: WritesListener = () => {}): WritesListener {
  let known: string | undefined;
  return (problem) => {
    if (problem === known) return;
    known = problem;
    listener(problem);
  };
}

/** Names that work made when it throws are undone with the rest of what it wrote. */
function undoing<T>(work: () => T, undone: () => void): T {
  try {
    return work();
  } catch (error) {
    undone();
    throw error;
  }
}

/** What the failure of a statement or a commit means to a caller; anything that is not SQLite's stays as it is. */
function toStoreError({ path }: Database, error: unknown): unknown {
  const failure = sqliteFailure(error);
  if (failure === undefined || failure === 'statement') return error;
  return new NgsiLdError('Unavailable', `the database ${path} does not answer: ${meaningOf(failure)}`, {
    cause: error,
  });
}

/** The refusal of everything that comes after `close`. */
function closedError({ path }: Database): NgsiLdError {
  return new NgsiLdError('Unavailable', `the database ${path} is closed: the broker is stopping, try again`);
}
