import type { Collection, Db } from 'mongodb';
import { reachable } from '../../registry/mongo-away.ts';
import type { CommandOwner } from '../command.ts';
import {
  type ConfigurationSubscription,
  type ConfigurationSubscriptions,
  idOf,
  mostOfDevice,
} from '../configuration/subscriptions.ts';

/** A subscription as it is stored; `request` is JSON, `at` microseconds since 1970. */
interface ConfigurationDocument extends CommandOwner, Pick<ConfigurationSubscription, 'by'> {
  readonly _id: string;
  readonly request: string;
  readonly at: number;
}

/** Subscriptions in MongoDB, so that any agent can tell the device. */
export async function mongoConfigurations(database: Db): Promise<ConfigurationSubscriptions> {
  const collection = database.collection<ConfigurationDocument>('agent_configuration_subscriptions');
  await collection.createIndexes([{ key: { tenant: 1, deviceId: 1, at: -1 } }]);
  return {
    add: async (subscription, at) => {
      const { owner, by, request } = subscription;
      const _id = idOf(subscription);
      const kept = { ...owner, by, request: JSON.stringify(request) };
      const change = { $setOnInsert: kept, $set: { at } };
      const { upsertedCount } = await reachable(collection.updateOne({ _id }, change, { upsert: true }));
      await trim(collection, owner);
      return upsertedCount > 0;
    },
    get: async (_id) => {
      const found = await reachable(collection.findOne({ _id }));
      return found === null ? undefined : subscriptionOf(found);
    },
    all: async () => {
      const found = collection.find({}).sort({ at: 1, _id: 1 });
      return (await reachable(found.toArray())).map(subscriptionOf);
    },
    remove: async (_id) => {
      await reachable(collection.deleteOne({ _id }));
    },
  };
}

async function trim(
  collection: Collection<ConfigurationDocument>,
  { tenant, deviceId }: CommandOwner,
): Promise<void> {
  const newest = collection.find({ tenant, deviceId }).sort({ at: -1, _id: 1 });
  const surplus = await reachable(newest.skip(mostOfDevice).toArray());
  if (surplus.length === 0) return;
  await reachable(collection.deleteMany({ _id: { $in: surplus.map(({ _id }) => _id) } }));
}

function subscriptionOf({
  _id,
  tenant,
  deviceId,
  by,
  request,
}: ConfigurationDocument): ConfigurationSubscription {
  return {
    id: _id,
    owner: { tenant, deviceId },
    by,
    request: JSON.parse(request) as ConfigurationSubscription['request'],
  };
}
