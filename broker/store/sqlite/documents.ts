import type { Json } from '../../domain/entity.ts';
import type { Documents } from '../store.ts';
import type { Session } from './session.ts';

/** Keyed JSON documents; each write moves the revision of its kind in the same transaction. */
export function documentsOf({ database, read, write }: Session): Documents {
  const select = database.prepare<[string]>(
    'SELECT body FROM document WHERE kind = ? AND tenant = ? AND id = ?',
  );
  const insert = database.prepare(
    'INSERT INTO document (kind, tenant, id, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const put = database.prepare(`INSERT INTO document (kind, tenant, id, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (kind, tenant, id) DO UPDATE SET body = excluded.body`);
  const remove = database.prepare('DELETE FROM document WHERE kind = ? AND tenant = ? AND id = ?');
  const list = database.prepare<[string, string, string]>(
    'SELECT tenant, id, body FROM document WHERE kind = ?1 AND (?2 IS NULL OR tenant = ?2) ORDER BY no',
  );
  const revision = database.prepare<[number]>('SELECT number FROM revision WHERE kind = ?');
  const move = database.prepare(`INSERT INTO revision (kind, number) VALUES (?, 1)
    ON CONFLICT DO UPDATE SET number = number + 1`);
  const moved = (kind: string, isMoved: boolean): boolean => {
    if (isMoved) move.run(kind);
    return isMoved;
  };
  return {
    get: (kind, tenant, id) => read(() => parsed(select.get(kind, tenant, id))),
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
        const before = parsed(select.get(kind, tenant, id));
        if (before === undefined) return undefined;
        const after = change(before);
        put.run(kind, tenant, id, JSON.stringify(after));
        moved(kind, true);
        return after;
      }),
    remove: (kind, tenant, id) => write(() => moved(kind, remove.run(kind, tenant, id).changes > 0)),
    list: (kind, tenant) =>
      read(() =>
        list
          .all(kind, tenant ?? null)
          .map(([owner, id, body]) => ({ tenant: owner, id, body: JSON.parse(body) as Json })),
      ),
    revision: (kind) => read(() => String(revision.get(kind)?.[0] ?? 0)),
  };
}

function parsed(row: readonly [string] | undefined): Json | undefined {
  return row && (JSON.parse(row[0]) as Json);
}
