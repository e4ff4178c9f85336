import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import { provisioningRuleClash, provisioningRuleNotFound } from './clashes.ts';
import type { RuleRecord } from './provisioning-rule.ts';
import type { Registry } from './registry.ts';

/** The part of the registry that keeps the rules for strangers. */
export type ProvisioningRules = Pick<
  Registry,
  'provisioningRules' | 'addProvisioningRule' | 'replaceProvisioningRule' | 'removeProvisioningRule'
>;

/** Provisioning rules in SQLite; the database has the tables of `provisioningSchema`. */
export function sqliteProvisioningRules(db: Database, group: GroupCommit): ProvisioningRules {
  const every = db.prepare<[record: string]>('SELECT record FROM provisioning_rule ORDER BY seq');
  const insert = db.prepare(
    'INSERT OR IGNORE INTO provisioning_rule (tenant, name, record) VALUES (?, ?, ?)',
  );
  const update = db.prepare('UPDATE provisioning_rule SET record = ?3 WHERE tenant = ?1 AND name = ?2');
  const remove = db.prepare('DELETE FROM provisioning_rule WHERE tenant = ? AND name = ?');
  const valuesOf = (record: RuleRecord) => [record.tenant, record.rule.name, JSON.stringify(record)] as const;
  return {
    provisioningRules: async () => every.all().map(([record]) => JSON.parse(record) as RuleRecord),
    addProvisioningRule: (record) =>
      group.run(() => {
        if (insert.run(...valuesOf(record)).changes === 0) throw provisioningRuleClash(record.rule.name);
      }),
    replaceProvisioningRule: (record) =>
      group.run(() => {
        if (update.run(...valuesOf(record)).changes === 0) throw provisioningRuleNotFound(record.rule.name);
      }),
    removeProvisioningRule: (tenant, name) => group.run(() => remove.run(tenant, name).changes > 0),
  };
}
