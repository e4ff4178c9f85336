import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { DeviceRecord } from './registry.ts';
import type { KeptRule, RuleBook } from './rule-book.ts';
import { deviceRuleClash, deviceRuleNotFound } from './rule-clashes.ts';
import type { DeviceSettings } from './settings.ts';
import { sqliteRuleAgenda } from './sqlite-rule-agenda.ts';

/** The tables of the rule book; `record` and `value` are JSON, times are microseconds. */
export const ruleBookSchema = `
  CREATE TABLE rule (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    record TEXT NOT NULL,
    UNIQUE (tenant, name)
  ) STRICT;
  CREATE TABLE rule_command (
    tenant TEXT NOT NULL,
    rule TEXT NOT NULL,
    phase TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    command TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    value TEXT NOT NULL,
    ttl TEXT,
    due INTEGER NOT NULL,
    lifetime INTEGER NOT NULL,
    is_taken INTEGER NOT NULL,
    PRIMARY KEY (tenant, rule, phase, entity_id, command)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rule_command_due ON rule_command (is_taken, due);
  CREATE INDEX rule_command_entity ON rule_command (tenant, entity_id, command);
  CREATE TABLE rule_state (
    tenant TEXT NOT NULL,
    rule TEXT NOT NULL,
    fired_at INTEGER,
    fired_by TEXT,
    error_at INTEGER,
    error TEXT,
    reached_at INTEGER,
    PRIMARY KEY (tenant, rule)
  ) STRICT, WITHOUT ROWID;
`;

type DeviceRow = [tenant: string, servicePath: string, settings: string];

/** The rule book in the registry's SQLite file; the database has the tables of `ruleBookSchema`. */
export function sqliteRuleBook(db: Database, group: GroupCommit): RuleBook {
  const every = db.prepare<[record: string]>('SELECT record FROM rule ORDER BY seq');
  const insert = db.prepare('INSERT OR IGNORE INTO rule (tenant, name, record) VALUES (?, ?, ?)');
  const update = db.prepare('UPDATE rule SET record = ?3 WHERE tenant = ?1 AND name = ?2');
  const remove = db.prepare('DELETE FROM rule WHERE tenant = ? AND name = ?');
  // A look at the text is far cheaper than reading the JSON of each device; what else holds the word is sorted out after.
  const ruled = db.prepare<DeviceRow>(
    `SELECT tenant, service_path, settings FROM device WHERE instr(settings, '"rules":') > 0 ORDER BY seq`,
  );
  const ofGroup = db.prepare<DeviceRow>(
    'SELECT tenant, service_path, settings FROM device WHERE apikey = ? AND tenant = ? ORDER BY seq',
  );
  const valuesOf = ({ tenant, servicePath, rule }: KeptRule) =>
    [tenant, rule.name, JSON.stringify({ tenant, servicePath, rule })] as const;
  return {
    rules: async () => every.all().map(([record]) => JSON.parse(record) as KeptRule),
    add: (record) =>
      group.run(() => {
        if (insert.run(...valuesOf(record)).changes === 0) throw deviceRuleClash(record.rule.name);
      }),
    replace: (record) =>
      group.run(() => {
        if (update.run(...valuesOf(record)).changes === 0) throw deviceRuleNotFound(record.rule.name);
      }),
    remove: (tenant, name) => group.run(() => remove.run(tenant, name).changes > 0),
    devicesWithRules: async () =>
      ruled.all().flatMap((row) => {
        const device = deviceOf(row);
        return device.settings.rules === undefined ? [] : [device];
      }),
    devicesOfGroup: async (tenant, apikey) => ofGroup.all(apikey, tenant).map(deviceOf),
    ...sqliteRuleAgenda(db, group),
    // The file is this process's alone.
    lead: async () => true,
  };
}

function deviceOf([tenant, servicePath, settings]: DeviceRow): DeviceRecord {
  return {
    tenant,
    servicePath,
    settings: JSON.parse(settings) as DeviceSettings & DeviceRecord['settings'],
  };
}
