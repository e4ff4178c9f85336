import type { Db } from 'mongodb';
import type { Clock } from '../../runtime/clock.ts';
import { isDuplicateKey } from '../../runtime/mongo/errors.ts';
import type { ConnectionRecord, ConnectionSettings } from './connection.ts';
import { connectionClash, connectionNotFound } from './connection-clashes.ts';
import { reachable } from './mongo-away.ts';
import type { RegisteredConnections } from './sqlite-connections.ts';

/** A connection as it is stored; `settings` is JSON. */
interface ConnectionDocument {
  /** Tenant and name. */
  readonly _id: string;
  readonly tenant: string;
  /** Microseconds: the order of registration. */
  readonly seq: number;
  readonly settings: string;
}

/** Connections in MongoDB: one document each. */
export async function mongoConnections(
  database: Db,
  clock: Clock,
  changed: () => Promise<void>,
): Promise<RegisteredConnections> {
  const connections = database.collection<ConnectionDocument>('agent_connections');
  await connections.createIndexes([{ key: { tenant: 1, seq: 1 } }]);
  const order = { seq: 1, _id: 1 } as const;
  return {
    addConnection: async ({ tenant, settings }) => {
      const _id = idOf(tenant, settings.name);
      const document = { _id, tenant, seq: clock.now(), settings: JSON.stringify(settings) };
      try {
        await reachable(connections.insertOne(document));
      } catch (error) {
        throw isDuplicateKey(error) ? connectionClash(settings.name) : error;
      }
      await changed();
    },
    connection: async (tenant, name) => {
      const found = await reachable(connections.findOne({ _id: idOf(tenant, name) }));
      return found === null ? undefined : recordOf(found);
    },
    connections: async (tenant, { limit, offset }) => {
      const page = connections.find({ tenant }).sort(order).skip(offset).limit(limit);
      const [count, found] = await reachable(
        Promise.all([connections.countDocuments({ tenant }), page.toArray()]),
      );
      return { count, records: found.map(recordOf) };
    },
    everyConnection: async () => (await reachable(connections.find().sort(order).toArray())).map(recordOf),
    replaceConnection: async ({ tenant, settings }) => {
      const change = { $set: { settings: JSON.stringify(settings) } };
      const update = connections.updateOne({ _id: idOf(tenant, settings.name) }, change);
      const { matchedCount } = await reachable(update);
      if (matchedCount === 0) throw connectionNotFound(settings.name);
      await changed();
    },
    removeConnection: async (tenant, name) => {
      const { deletedCount } = await reachable(connections.deleteOne({ _id: idOf(tenant, name) }));
      await changed();
      return deletedCount > 0;
    },
  };
}

/** No tenant's name holds a line end. */
function idOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`;
}

function recordOf({ tenant, settings }: ConnectionDocument): ConnectionRecord {
  return { tenant, settings: JSON.parse(settings) as ConnectionSettings };
}
