import { randomUUID } from 'node:crypto';
import type { Collection, Db, Filter } from 'mongodb';
import type { Clock } from '../../runtime/clock.ts';
import { isDuplicateKey } from '../../runtime/mongo/errors.ts';
import { apikeyClash, changedMeanwhile, devEuiClash, deviceIdClash, deviceNotFound } from './clashes.ts';
import { reachable } from './mongo-away.ts';
import { pendingCollection } from './mongo-pending.ts';
import type { DeviceChange, DeviceRecord } from './registry.ts';
import { RegistryError } from './registry-error.ts';
import { lorawanKey } from './sender-key.ts';
import type { Devices } from './sqlite-devices.ts';

/** A device as it is stored; `settings` is JSON, the members beside it are what is looked up. */
interface DeviceDocument {
  /** Tenant and device id. */
  readonly _id: string;
  readonly tenant: string;
  readonly deviceId: string;
  /** Microseconds: the order of registration. */
  readonly seq: number;
  /** Of the call that registered it. */
  readonly call: string;
  readonly devEui?: string;
  /** Apikey and device id, when it has an apikey of its own. */
  readonly key?: string;
  /** The settings' entity_name. */
  readonly entityName?: string;
  readonly servicePath: string;
  readonly settings: string;
}

/**
 * Devices in MongoDB. The collection is not sharded (a registry is small), so that unique indexes can keep a DevEUI, and
 * an apikey with a device id, unique over all tenants: each record is one document, and stands or falls with its write.
 */
export async function mongoDevices(
  database: Db,
  clock: Clock,
  changed: () => Promise<void>,
): Promise<Devices> {
  const devices = database.collection<DeviceDocument>('agent_devices');
  await devices.createIndexes([
    { key: { devEui: 1 }, unique: true, sparse: true },
    { key: { key: 1 }, unique: true, sparse: true },
    { key: { tenant: 1, seq: 1 } },
    { key: { tenant: 1, entityName: 1 } },
  ]);
  await nameEntities(devices);
  const one = async (filter: Filter<DeviceDocument>): Promise<DeviceRecord | undefined> =>
    recordOf(await reachable(devices.findOne(filter)));
  return {
    addDevices: async (records, changes = []) => {
      await writeAll(devices, records, changes, clock);
      await welcome(database, [...records, ...changes.map(({ after }) => after)]);
      await changed();
    },
    device: (tenant, deviceId) => one({ _id: idOf(tenant, deviceId) }),
    deviceByDevEui: (devEui) => one({ devEui }),
    deviceByApikey: (apikey, deviceId) => one({ key: keyOf(apikey, deviceId) }),
    devices: async (tenant, { limit, offset }) => {
      const page = devices.find({ tenant }).sort({ seq: 1, _id: 1 }).skip(offset).limit(limit);
      const [count, found] = await reachable(
        Promise.all([devices.countDocuments({ tenant }), page.toArray()]),
      );
      return { count, records: found.flatMap((document) => recordOf(document) ?? []) };
    },
    devicesByEntityName: async (tenant, entityNames) => {
      const found = devices.find({ tenant, entityName: { $in: [...entityNames] } }).sort({ seq: 1, _id: 1 });
      return (await reachable(found.toArray())).flatMap((document) => recordOf(document) ?? []);
    },
    devicesById: async (tenant, deviceIds) => {
      const _id = { $in: deviceIds.map((deviceId) => idOf(tenant, deviceId)) };
      const found = devices.find({ _id }).sort({ seq: 1, _id: 1 });
      return (await reachable(found.toArray())).flatMap((document) => recordOf(document) ?? []);
    },
    everyDevice: (tenant) => everyDevice(devices, tenant === undefined ? {} : { tenant }),
    replaceDevice: async (record, before) => {
      await replace(devices, record, before);
      await welcome(database, [record]);
      await changed();
    },
    removeDevice: async (tenant, deviceId, before) => {
      const filter = { _id: idOf(tenant, deviceId), ...unchanged(before) };
      const { deletedCount } = await reachable(devices.deleteOne(filter));
      await changed();
      return deletedCount > 0;
    },
  };
}

/** They wait for approval no more. After the write: who approves of one in between hears that it is registered. */
async function welcome(database: Db, records: readonly DeviceRecord[]): Promise<void> {
  const keys = records.flatMap(({ settings: { devEui } }) =>
    devEui === undefined ? [] : [lorawanKey(devEui)],
  );
  if (keys.length > 0) await reachable(pendingCollection(database).deleteMany({ _id: { $in: keys } }));
}

/** Devices that are read at once. */
const pageSize = 500;

async function* everyDevice(
  devices: Collection<DeviceDocument>,
  ofTenant: Filter<DeviceDocument>,
): AsyncIterable<readonly DeviceRecord[]> {
  for (let last = ''; ; ) {
    const page = devices.find({ ...ofTenant, _id: { $gt: last } }).sort({ _id: 1 });
    const found = await reachable(page.limit(pageSize).toArray());
    yield found.flatMap((document) => recordOf(document) ?? []);
    if (found.length < pageSize) return;
    last = found.at(-1)?._id ?? last;
  }
}

/** Documents of the first release lack the member that their Entity is looked up by. */
async function nameEntities(devices: Collection<DeviceDocument>): Promise<void> {
  const nameless = await reachable(devices.find({ entityName: { $exists: false } }).toArray());
  for (const { _id, settings } of nameless) {
    const { entity_name: entityName } = JSON.parse(settings) as DeviceRecord['settings'];
    await reachable(devices.updateOne({ _id, settings }, { $set: { entityName } }));
  }
}

/** No tenant's name holds a line end. */
function idOf(tenant: string, deviceId: string): string {
  return `${tenant}\n${deviceId}`;
}

/** As a JSON text, because either part may hold any character. */
function keyOf(apikey: string, deviceId: string): string {
  return JSON.stringify([apikey, deviceId]);
}

function recordOf(document: DeviceDocument | null): DeviceRecord | undefined {
  if (document === null) return undefined;
  const { tenant, servicePath, settings } = document;
  return { tenant, servicePath, settings: JSON.parse(settings) as DeviceRecord['settings'] };
}

/** The members that a change of the device changes. */
function contentOf({ servicePath, settings }: DeviceRecord) {
  const { device_id: deviceId, devEui, apikey, entity_name: entityName } = settings;
  return {
    servicePath,
    entityName,
    settings: JSON.stringify(settings),
    ...(devEui === undefined ? {} : { devEui }),
    ...(apikey === undefined ? {} : { key: keyOf(apikey, deviceId) }),
  };
}

/**
 * All or none, without a transaction, which a single server does not have: what this call inserted carries its mark and is taken
 * back when one of the records is refused. Only a server that goes away between the two can leave the first few
 * behind; the caller, who was not told of a success, then hears of them as duplicates.
 */
async function insertAll(
  devices: Collection<DeviceDocument>,
  records: readonly DeviceRecord[],
  clock: Clock,
): Promise<string> {
  const call = randomUUID();
  const documents = records.map((record): DeviceDocument => {
    const { tenant } = record;
    const deviceId = record.settings.device_id;
    return { _id: idOf(tenant, deviceId), tenant, deviceId, seq: clock.now(), call, ...contentOf(record) };
  });
  try {
    await reachable(devices.insertMany(documents, { ordered: true }));
    return call;
  } catch (error) {
    const clash = isDuplicateKey(error) ? await firstClash(devices, records, call) : undefined;
    await reachable(devices.deleteMany({ call }));
    throw clash ?? error;
  }
}

/**
 * All or none, as far as `insertAll` can say so of the records: changes are made one by one after them, and put back with them when
 * one is refused.
 */
async function writeAll(
  devices: Collection<DeviceDocument>,
  records: readonly DeviceRecord[],
  changes: readonly DeviceChange[],
  clock: Clock,
): Promise<void> {
  const call = records.length === 0 ? undefined : await insertAll(devices, records, clock);
  const made: DeviceChange[] = [];
  try {
    for (const change of changes) {
      await replace(devices, change.after, change.before);
      made.push(change);
    }
  } catch (error) {
    if (call !== undefined) await reachable(devices.deleteMany({ call }));
    for (const { before, after } of made.reverse())
      await replace(devices, before, after).catch(unlessRefused);
    throw error;
  }
}

/** Who has changed a device since then keeps that. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof RegistryError)) throw error;
}

/** What the first record that the call did not insert clashes with. */
async function firstClash(
  devices: Collection<DeviceDocument>,
  records: readonly DeviceRecord[],
  call: string,
): Promise<RegistryError | undefined> {
  const refused = records[await reachable(devices.countDocuments({ call }))];
  return refused && clashOf(devices, refused, { isNew: true });
}

/** Filters for a device that still has these settings. */
function unchanged(before: DeviceRecord | undefined): Filter<DeviceDocument> {
  return before === undefined ? {} : { settings: JSON.stringify(before.settings) };
}

async function replace(
  devices: Collection<DeviceDocument>,
  record: DeviceRecord,
  before: DeviceRecord | undefined,
): Promise<void> {
  const content = contentOf(record);
  const unset = {
    ...('devEui' in content ? {} : { devEui: '' as const }),
    ...('key' in content ? {} : { key: '' as const }),
  };
  // Older servers refuse to unset nothing.
  const change = { $set: content, ...(Object.keys(unset).length === 0 ? {} : { $unset: unset }) };
  const _id = idOf(record.tenant, record.settings.device_id);
  try {
    const { matchedCount } = await reachable(devices.updateOne({ _id, ...unchanged(before) }, change));
    if (matchedCount > 0) return;
    const { device_id: id } = record.settings;
    const isThere = before !== undefined && (await reachable(devices.findOne({ _id }))) !== null;
    throw isThere ? changedMeanwhile(`device ${id}`) : deviceNotFound(id);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw (await clashOf(devices, record, { isNew: false })) ?? error;
  }
}

/** What the record clashes with, so that the message can name it; undefined when that is gone meanwhile. */
async function clashOf(
  devices: Collection<DeviceDocument>,
  { tenant, settings: { device_id: deviceId, devEui, apikey } }: DeviceRecord,
  { isNew }: { readonly isNew: boolean },
): Promise<RegistryError | undefined> {
  const _id = idOf(tenant, deviceId);
  const other = (filter: Filter<DeviceDocument>) =>
    reachable(devices.findOne({ ...filter, _id: { $ne: _id } }));
  if (isNew && (await reachable(devices.findOne({ _id })))) return deviceIdClash({ tenant, deviceId });
  const euiOwner = devEui === undefined ? null : await other({ devEui });
  if (devEui !== undefined && euiOwner) return devEuiClash(devEui, euiOwner, tenant);
  const owner = apikey === undefined ? null : await other({ key: keyOf(apikey, deviceId) });
  return owner ? apikeyClash(owner, tenant) : undefined;
}
