import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { ConnectionRecord, ConnectionSettings } from './connection.ts';
import { connectionClash, connectionNotFound } from './connection-clashes.ts';
import type { Registry } from './registry.ts';

/** The part of the registry that keeps connections. */
export type RegisteredConnections = Pick<
  Registry,
  | 'addConnection'
  | 'connection'
  | 'connections'
  | 'everyConnection'
  | 'replaceConnection'
  | 'removeConnection'
>;

type Row = [tenant: string, settings: string];

/** Connections in SQLite; the database has the table of `connectionSchema`. */
export function sqliteConnections(db: Database, group: GroupCommit): RegisteredConnections {
  const one = db.prepare<Row>('SELECT tenant, settings FROM connection WHERE tenant = ? AND name = ?');
  const page = db.prepare<Row>(
    'SELECT tenant, settings FROM connection WHERE tenant = ? ORDER BY seq LIMIT ? OFFSET ?',
  );
  const every = db.prepare<Row>('SELECT tenant, settings FROM connection ORDER BY seq');
  const count = db.prepare<[number]>('SELECT COUNT(*) FROM connection WHERE tenant = ?');
  const insert = db.prepare('INSERT INTO connection (tenant, name, settings) VALUES (?, ?, ?)');
  const update = db.prepare('UPDATE connection SET settings = ?3 WHERE tenant = ?1 AND name = ?2');
  const remove = db.prepare('DELETE FROM connection WHERE tenant = ? AND name = ?');
  return {
    addConnection: ({ tenant, settings }) =>
      group.run(() => {
        if (one.get(tenant, settings.name) !== undefined) throw connectionClash(settings.name);
        insert.run(tenant, settings.name, JSON.stringify(settings));
      }),
    connection: async (tenant, name) => {
      const row = one.get(tenant, name);
      return row && recordOf(row);
    },
    connections: async (tenant, { limit, offset }) => ({
      count: count.get(tenant)?.[0] ?? 0,
      records: page.all(tenant, limit, offset).map(recordOf),
    }),
    everyConnection: async () => every.all().map(recordOf),
    replaceConnection: ({ tenant, settings }) =>
      group.run(() => {
        const { changes } = update.run(tenant, settings.name, JSON.stringify(settings));
        if (changes === 0) throw connectionNotFound(settings.name);
      }),
    removeConnection: (tenant, name) => group.run(() => remove.run(tenant, name).changes > 0),
  };
}

function recordOf([tenant, settings]: Row): ConnectionRecord {
  return { tenant, settings: JSON.parse(settings) as ConnectionSettings };
}
