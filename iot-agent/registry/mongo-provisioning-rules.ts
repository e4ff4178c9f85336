import type { Db } from 'mongodb';
import type { Clock } from '../../runtime/clock.ts';
import { isDuplicateKey } from '../../runtime/mongo/errors.ts';
import { provisioningRuleClash, provisioningRuleNotFound } from './clashes.ts';
import { reachable } from './mongo-away.ts';
import type { RuleRecord } from './provisioning-rule.ts';
import type { ProvisioningRules } from './sqlite-provisioning-rules.ts';

/** A provisioning rule as it is stored; `record` is JSON. */
interface RuleDocument {
  /** Tenant and name. */
  readonly _id: string;
  /** Microseconds: the order in which they were made. */
  readonly seq: number;
  readonly record: string;
}

/** Provisioning rules in MongoDB. */
export async function mongoProvisioningRules(
  database: Db,
  clock: Clock,
  changed: () => Promise<void>,
): Promise<ProvisioningRules> {
  const rules = database.collection<RuleDocument>('agent_provisioning_rules');
  await rules.createIndexes([{ key: { seq: 1 } }]);
  return {
    provisioningRules: async () => {
      const found = await reachable(rules.find().sort({ seq: 1, _id: 1 }).toArray());
      return found.map(({ record }) => JSON.parse(record) as RuleRecord);
    },
    addProvisioningRule: async (record) => {
      const { tenant, rule } = record;
      const document = { _id: idOf(tenant, rule.name), seq: clock.now(), record: JSON.stringify(record) };
      await reachable(rules.insertOne(document)).catch((error: unknown) => {
        throw isDuplicateKey(error) ? provisioningRuleClash(rule.name) : error;
      });
      await changed();
    },
    replaceProvisioningRule: async (record) => {
      const { tenant, rule } = record;
      const change = { $set: { record: JSON.stringify(record) } };
      const { matchedCount } = await reachable(rules.updateOne({ _id: idOf(tenant, rule.name) }, change));
      if (matchedCount === 0) throw provisioningRuleNotFound(rule.name);
      await changed();
    },
    removeProvisioningRule: async (tenant, name) => {
      const { deletedCount } = await reachable(rules.deleteOne({ _id: idOf(tenant, name) }));
      await changed();
      return deletedCount > 0;
    },
  };
}

/** No tenant's name holds a line end. */
function idOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`;
}
