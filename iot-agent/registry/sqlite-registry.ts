import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import { newSecret } from './new-secret.ts';
import type { Registry } from './registry.ts';
import { sqliteCodecs } from './sqlite-codecs.ts';
import { sqliteConnections } from './sqlite-connections.ts';
import { sqliteDevices } from './sqlite-devices.ts';
import { sqliteGroups } from './sqlite-groups.ts';
import { sqlitePending } from './sqlite-pending.ts';
import { sqliteProvisioningRules } from './sqlite-provisioning-rules.ts';
import { sqliteRuleBook } from './sqlite-rule-book.ts';

/** The registry in a SQLite file, which only this process uses; the database has the tables of `registrySchema`. */
export function sqliteRegistry(db: Database, group: GroupCommit): Registry {
  const ownSecret = db.prepare<[string]>('SELECT secret FROM registry_secret');
  const keepSecret = db.prepare('INSERT OR IGNORE INTO registry_secret VALUES (1, ?)');
  const answers = db.prepare('SELECT 1');
  return {
    ...sqliteDevices(db, group),
    ...sqliteGroups(db, group),
    ...sqlitePending(db, group),
    ...sqliteProvisioningRules(db, group),
    ...sqliteCodecs(db, group),
    ...sqliteConnections(db, group),
    ruleBook: sqliteRuleBook(db, group),
    secret: async () => {
      await group.run(() => keepSecret.run(newSecret()));
      return ownSecret.get()?.[0] ?? '';
    },
    check: async () => {
      answers.get();
    },
    onForeignChange: () => {},
  };
}
