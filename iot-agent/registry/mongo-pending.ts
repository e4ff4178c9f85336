import type { Collection, Db } from 'mongodb';
import type { Clock } from '../../runtime/clock.ts';
import { isDuplicateKey } from '../../runtime/mongo/errors.ts';
import { reachable } from './mongo-away.ts';
import type { PendingDevice, PendingState } from './pending-device.ts';
import type { Pending } from './sqlite-pending.ts';

/** A device that waits for approval, as it is stored; `record` is JSON. */
interface PendingDocument {
  /** The sender key. */
  readonly _id: string;
  readonly tenant: string;
  readonly deviceId: string;
  /** Microseconds: the order in which they came. */
  readonly seq: number;
  readonly state: PendingState;
  readonly record: string;
}

/** The collection; a device that is registered waits in it no more. */
export function pendingCollection(database: Db): Collection<PendingDocument> {
  return database.collection<PendingDocument>('agent_pending');
}

/** Devices that wait for approval, in MongoDB. Agents that add at the same moment may exceed the limit by one each. */
export async function mongoPending(
  database: Db,
  clock: Clock,
  changed: () => Promise<void>,
): Promise<Pending> {
  const pending = pendingCollection(database);
  await pending.createIndexes([
    { key: { tenant: 1, deviceId: 1 }, unique: true },
    { key: { tenant: 1, state: 1, seq: 1 } },
  ]);
  return {
    addPending: async (record, limit) => {
      if ((await reachable(pending.countDocuments({}, { limit }))) >= limit) return false;
      return insert(pending, record, clock);
    },
    pendingByKey: async (key) => recordOf(await reachable(pending.findOne({ _id: key }))),
    pendingDevice: async (tenant, deviceId) =>
      recordOf(await reachable(pending.findOne({ tenant, deviceId }))),
    pendingDevices: async (tenant, state, { limit, offset }) => {
      const page = pending.find({ tenant, state }).sort({ seq: 1, _id: 1 }).skip(offset).limit(limit);
      const [count, found] = await reachable(
        Promise.all([pending.countDocuments({ tenant, state }), page.toArray()]),
      );
      return { count, records: found.flatMap((document) => recordOf(document) ?? []) };
    },
    setPendingState: async (key, state) => {
      const { matchedCount } = await reachable(pending.updateOne({ _id: key }, { $set: { state } }));
      await changed();
      return matchedCount > 0;
    },
    removePending: async (key) => {
      const { deletedCount } = await reachable(pending.deleteOne({ _id: key }));
      await changed();
      return deletedCount > 0;
    },
  };
}

async function insert(
  pending: Collection<PendingDocument>,
  record: PendingDevice,
  clock: Clock,
): Promise<boolean> {
  const { key: _id, tenant, settings, state } = record;
  const document = { _id, tenant, deviceId: settings.device_id, seq: clock.now(), state };
  try {
    await reachable(pending.insertOne({ ...document, record: JSON.stringify(record) }));
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function recordOf(document: PendingDocument | null): PendingDevice | undefined {
  if (document === null) return undefined;
  return { ...(JSON.parse(document.record) as PendingDevice), state: document.state };
}
