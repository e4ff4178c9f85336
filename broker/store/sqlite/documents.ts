import type { Documents } from '../documents.ts';
import { documentReads, parsedBody } from './document-reads.ts';
import type { Session } from './session.ts';

/** Keyed JSON documents; each write moves the revision of its kind in the same transaction. */
export function documentsOf(session: Session): Documents {
  const { database, write } = session;
  const select = database.prepare<[string]>(
    'SELECT body FROM document WHERE kind = ? AND tenant = ? AND id = ?',
  );
  const insert = database.prepare(
    'INSERT INTO document (kind, tenant, id, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const put = database.prepare(`INSERT INTO document (kind, tenant, id, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (kind, tenant, id) DO UPDATE SET body = excluded.body`);
  const remove = database.prepare('DELETE FROM document WHERE kind = ? AND tenant = ? AND id = ?');
  const move = database.prepare(`INSERT INTO revision (kind, number) VALUES (?, 1)
    ON CONFLICT DO UPDATE SET number = number + 1`);
  const moved = (kind: string, isMoved: boolean): boolean => {
    if (isMoved) move.run(kind);
    return isMoved;
  };
  return {
    ...documentReads(session),
    create: (kind, tenant, id, body) => {
      const text = JSON.stringify(body);
      return write(() => moved(kind, insert.run(kind, tenant, id, text).changes > 0));
    },
    put: async (kind, tenant, id, body) => {
      const text = JSON.stringify(body);
      await write(() => moved(kind, put.run(kind, tenant, id, text).changes > 0));
    },
    update: (kind, tenant, id, change) =>
      write(() => {
        const before = parsedBody(select.get(kind, tenant, id));
        if (before === undefined) return undefined;
        const after = change(before);
        put.run(kind, tenant, id, JSON.stringify(after));
        moved(kind, true);
        return after;
      }),
    remove: (kind, tenant, id) => write(() => moved(kind, remove.run(kind, tenant, id).changes > 0)),
  };
}
