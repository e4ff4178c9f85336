import { createHash } from 'node:crypto';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';

/** What each session at an MQTT broker has subscribed to; `filters` is JSON. */
export const sessionFilterSchema = `
  CREATE TABLE session_filter (
    session TEXT PRIMARY KEY,
    filters TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/**
 * What was subscribed to in sessions that MQTT brokers keep: MQTT cannot be asked for it, and what the settings name no
 * longer would be sent on for ever.
 */
export interface SessionFilters {
  /** Empty for a session that is not known. `session` may hold secrets: a digest of it is kept. */
  of(session: string): readonly string[];
  /** In the place of what was noted before. */
  note(session: string, filters: readonly string[]): Promise<void>;
}

/** Those of a database with the table of `sessionFilterSchema`. */
export function sessionFilters(db: Database, group: Pick<GroupCommit, 'run'>): SessionFilters {
  const select = db.prepare<[string]>('SELECT filters FROM session_filter WHERE session = ?');
  const upsert = db.prepare('INSERT OR REPLACE INTO session_filter VALUES (?, ?)');
  const remove = db.prepare('DELETE FROM session_filter WHERE session = ?');
  return {
    of: (session) => JSON.parse(select.get(digest(session))?.[0] ?? '[]') as readonly string[],
    note: async (session, filters) => {
      await group.run(() => {
        if (filters.length === 0) remove.run(digest(session));
        else upsert.run(digest(session), JSON.stringify(filters));
      });
    },
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
