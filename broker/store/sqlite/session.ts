import { meaningOf, sqliteFailure } from '../../../runtime/sqlite/errors.ts';
import type { GroupCommit } from '../../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../../runtime/sqlite/open.ts';
import type { JsonObject, Micros } from '../../domain/entity.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import type { Names } from './names.ts';

/** What the parts of one open store share. */
export interface Session {
  readonly database: Database;
  readonly now: () => Micros;
  readonly cellsOf: (geometry: JsonObject) => readonly string[];
  readonly tenants: Names;
  /** IRIs of types and Attributes. */
  readonly iris: Names;
  /**
   * Runs a read between groups.
   * @throws NgsiLdError Unavailable when the store is closed or the disk fails.
   */
  read<T>(work: () => T): Promise<T>;
  /** Runs a write in the next group, resolving after its commit; what it throws undoes it alone. */
  write<T>(work: () => T): Promise<T>;
  /** The group itself, for members that stage what they write. */
  readonly group: GroupCommit;
}

/** What the failure of a statement or a commit means to a caller; anything that is not SQLite's stays as it is. */
export function toStoreError(path: string, error: unknown): unknown {
  const failure = sqliteFailure(error);
  if (failure === undefined || failure === 'statement') return error;
  return new NgsiLdError('Unavailable', `the database ${path} does not answer: ${meaningOf(failure)}`, {
    cause: error,
  });
}

/** The refusal of everything that comes after `close`. */
export function closedError(path: string): NgsiLdError {
  return new NgsiLdError('Unavailable', `the database ${path} is closed: the broker is stopping, try again`);
}
