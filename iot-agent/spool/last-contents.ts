import { createHash } from 'node:crypto';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';

/** By topic, what was taken last: a retained message comes again at each subscription, and is no new measure then. */
export const lastContentSchema = `
  CREATE TABLE last_content (
    topic TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX last_content_at ON last_content (at);
`;

/** The contents that were taken last, in memory, and on disk as of the last flush. */
export interface LastContents {
  /** Whether the last message of the topic that was taken had this content. */
  isLast(topic: string, payload: Uint8Array): boolean;
  note(topic: string, payload: Uint8Array): void;
  /** Writes what was noted since the last time; `now` in microseconds. */
  flush(now: number): Promise<void>;
}

/** Those of the newest `size` topics. The database has the table of `lastContentSchema`. */
export function lastContents(db: Database, group: Pick<GroupCommit, 'run'>, size: number): LastContents {
  const select = db.prepare<[string]>('SELECT content FROM last_content WHERE topic = ?');
  const upsert = db.prepare('INSERT OR REPLACE INTO last_content VALUES (?, ?, ?)');
  const trim = db.prepare(
    'DELETE FROM last_content WHERE at < (SELECT at FROM last_content ORDER BY at DESC LIMIT 1 OFFSET ?)',
  );
  let noted = new Map<string, string>();
  return {
    isLast: (topic, payload) => {
      const key = digest(topic);
      return (noted.get(key) ?? select.get(key)?.[0]) === digest(payload);
    },
    note: (topic, payload) => {
      // A flood of new topics between two flushes: what is forgotten may be taken twice, once.
      if (noted.size >= size) noted.clear();
      noted.set(digest(topic), digest(payload));
    },
    flush: async (now) => {
      if (noted.size === 0) return;
      const written = noted;
      await group.run(() => {
        for (const [topic, content] of written) upsert.run(topic, content, now);
        trim.run(size);
      });
      if (noted === written) noted = new Map();
    },
  };
}

function digest(content: string | Uint8Array): string {
  return createHash('sha1').update(content).digest('base64url');
}
