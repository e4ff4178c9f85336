import { randomUUID } from 'node:crypto';
import type { Collection, Db, Filter } from 'mongodb';
import type { Clock } from '../../runtime/clock.ts';
import { isDuplicateKey } from '../../runtime/mongo/errors.ts';
import { changedMeanwhile, groupClash, groupNotFound } from './clashes.ts';
import { reachable } from './mongo-away.ts';
import type { GroupRecord } from './registry.ts';
import type { GroupSettings } from './settings.ts';
import type { Groups } from './sqlite-groups.ts';

/** A service group as it is stored; `settings` is JSON. */
interface GroupDocument {
  readonly _id: string;
  readonly tenant: string;
  /** Unique over all tenants, by an index, because it may change. */
  readonly apikey: string;
  /** Microseconds: the order of registration. */
  readonly seq: number;
  /** Of the call that registered it. */
  readonly call: string;
  readonly servicePath: string;
  readonly settings: string;
}

/** Service groups in MongoDB; see `mongoDevices` for what keeps them consistent. */
export async function mongoGroups(database: Db, clock: Clock, changed: () => Promise<void>): Promise<Groups> {
  const groups = database.collection<GroupDocument>('agent_groups');
  await groups.createIndexes([{ key: { apikey: 1 }, unique: true }, { key: { tenant: 1, seq: 1 } }]);
  return {
    addGroups: async (records) => {
      await insertAll(groups, records, clock);
      await changed();
    },
    everyGroup: async () => {
      const found = await reachable(groups.find().sort({ seq: 1, _id: 1 }).toArray());
      return found.flatMap((document) => recordOf(document) ?? []);
    },
    groupByApikey: async (apikey) => recordOf(await reachable(groups.findOne({ apikey }))),
    groups: async (tenant, { limit, offset }) => {
      const page = groups.find({ tenant }).sort({ seq: 1, _id: 1 }).skip(offset).limit(limit);
      const [count, found] = await reachable(
        Promise.all([groups.countDocuments({ tenant }), page.toArray()]),
      );
      return { count, records: found.flatMap((document) => recordOf(document) ?? []) };
    },
    replaceGroup: async (apikey, record, before) => {
      await replace(groups, apikey, record, before);
      await changed();
    },
    removeGroup: async (tenant, apikey, before) => {
      const filter = { tenant, apikey, ...unchanged(before) };
      const { deletedCount } = await reachable(groups.deleteOne(filter));
      await changed();
      return deletedCount > 0;
    },
  };
}

function recordOf(document: GroupDocument | null): GroupRecord | undefined {
  if (document === null) return undefined;
  const { tenant, servicePath, settings } = document;
  return { tenant, servicePath, settings: JSON.parse(settings) as GroupSettings };
}

function contentOf({ servicePath, settings }: GroupRecord) {
  return { apikey: settings.apikey, servicePath, settings: JSON.stringify(settings) };
}

async function insertAll(
  groups: Collection<GroupDocument>,
  records: readonly GroupRecord[],
  clock: Clock,
): Promise<void> {
  const call = randomUUID();
  const documents = records.map((record): GroupDocument => {
    const { tenant } = record;
    return { _id: randomUUID(), tenant, seq: clock.now(), call, ...contentOf(record) };
  });
  try {
    await reachable(groups.insertMany(documents, { ordered: true }));
  } catch (error) {
    const clash = isDuplicateKey(error) ? await clashOf(groups, records, call) : undefined;
    await reachable(groups.deleteMany({ call }));
    throw clash ?? error;
  }
}

/** The first of the records that is not among those that the call inserted. */
async function clashOf(groups: Collection<GroupDocument>, records: readonly GroupRecord[], call: string) {
  const inserted = await reachable(groups.countDocuments({ call }));
  const refused = records[inserted];
  return refused && groupClash(refused.settings.apikey);
}

/** Filters for a group that still has these settings. */
function unchanged(before: GroupRecord | undefined): Filter<GroupDocument> {
  return before === undefined ? {} : { settings: JSON.stringify(before.settings) };
}

async function replace(
  groups: Collection<GroupDocument>,
  apikey: string,
  record: GroupRecord,
  before: GroupRecord | undefined,
): Promise<void> {
  const { tenant } = record;
  try {
    const filter = { tenant, apikey, ...unchanged(before) };
    const { matchedCount } = await reachable(groups.updateOne(filter, { $set: contentOf(record) }));
    if (matchedCount > 0) return;
    const isThere = before !== undefined && (await reachable(groups.findOne({ tenant, apikey }))) !== null;
    throw isThere ? changedMeanwhile(`group ${apikey}`) : groupNotFound(apikey);
  } catch (error) {
    throw isDuplicateKey(error) ? groupClash(record.settings.apikey) : error;
  }
}
