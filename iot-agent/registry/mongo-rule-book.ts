import type { Db } from 'mongodb';
import type { Clock } from '../../runtime/clock.ts';
import { isDuplicateKey } from '../../runtime/mongo/errors.ts';
import { reachable } from './mongo-away.ts';
import { mongoRuleAgenda } from './mongo-rule-agenda.ts';
import type { DeviceRecord } from './registry.ts';
import type { KeptRule, RuleBook } from './rule-book.ts';
import { deviceRuleClash, deviceRuleNotFound } from './rule-clashes.ts';
import type { DeviceSettings } from './settings.ts';

/** A rule as it is stored; `record` is JSON. */
interface RuleDocument {
  /** Tenant and name. */
  readonly _id: string;
  /** Microseconds: the order in which they were made. */
  readonly seq: number;
  readonly record: string;
}

/** Who leads, and until when. */
interface LeaseDocument {
  readonly _id: string;
  readonly agent: string;
  /** Microseconds since 1970. */
  readonly until: number;
}

/** What is looked at of `DeviceDocument` in mongo-devices.ts. */
interface DeviceDocument {
  readonly _id: string;
  readonly tenant: string;
  readonly seq: number;
  readonly key?: string;
  readonly servicePath: string;
  readonly settings: string;
}

/** The rule book in MongoDB. */
export async function mongoRuleBook(
  database: Db,
  clock: Clock,
  changed: () => Promise<void>,
): Promise<RuleBook> {
  const rules = database.collection<RuleDocument>('agent_rule_book');
  await rules.createIndexes([{ key: { seq: 1 } }]);
  return {
    rules: async () => {
      const found = await reachable(rules.find().sort({ seq: 1, _id: 1 }).toArray());
      return found.map(({ record }) => JSON.parse(record) as KeptRule);
    },
    add: async (record) => {
      const { tenant, rule } = record;
      const document = { _id: idOf(tenant, rule.name), seq: clock.now(), record: JSON.stringify(record) };
      await reachable(rules.insertOne(document)).catch((error: unknown) => {
        throw isDuplicateKey(error) ? deviceRuleClash(rule.name) : error;
      });
      await changed();
    },
    replace: async (record) => {
      const { tenant, rule } = record;
      const change = { $set: { record: JSON.stringify(record) } };
      const { matchedCount } = await reachable(rules.updateOne({ _id: idOf(tenant, rule.name) }, change));
      if (matchedCount === 0) throw deviceRuleNotFound(rule.name);
      await changed();
    },
    remove: async (tenant, name) => {
      const { deletedCount } = await reachable(rules.deleteOne({ _id: idOf(tenant, name) }));
      await changed();
      return deletedCount > 0;
    },
    ...devicesOf(database),
    ...(await mongoRuleAgenda(database)),
    lead: leaderOf(database),
  };
}

function devicesOf(database: Db): Pick<RuleBook, 'devicesWithRules' | 'devicesOfGroup'> {
  const devices = database.collection<DeviceDocument>('agent_devices');
  return {
    devicesWithRules: async () => {
      const found = devices.find({ settings: /"rules":/ }).sort({ seq: 1, _id: 1 });
      const records = (await reachable(found.toArray())).map(deviceOf);
      return records.filter(({ settings }) => settings.rules !== undefined);
    },
    devicesOfGroup: async (tenant, apikey) => {
      // Keys are JSON lists of apikey and device id.
      const first = `${JSON.stringify([apikey]).slice(0, -1)},`;
      const found = devices.find({ tenant, key: { $gte: first, $lt: `${first}\uffff` } });
      return (await reachable(found.sort({ seq: 1, _id: 1 }).toArray())).map(deviceOf);
    },
  };
}

function deviceOf({ tenant, servicePath, settings }: DeviceDocument): DeviceRecord {
  return {
    tenant,
    servicePath,
    settings: JSON.parse(settings) as DeviceSettings & DeviceRecord['settings'],
  };
}

function leaderOf(database: Db): RuleBook['lead'] {
  const leases = database.collection<LeaseDocument>('agent_rule_lease');
  return async (agent, now, until) => {
    const free = { _id: 'leader', $or: [{ agent }, { until: { $lte: now } }] };
    try {
      await reachable(leases.updateOne(free, { $set: { agent, until } }, { upsert: true }));
      return true;
    } catch (error) {
      // Somebody else holds it: the document that would be made is there.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };
}

/** No tenant's name holds a line end. */
function idOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`;
}
