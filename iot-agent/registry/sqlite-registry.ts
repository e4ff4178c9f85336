import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { Registry } from './registry.ts';
import { sqliteDevices } from './sqlite-devices.ts';
import { sqliteGroups } from './sqlite-groups.ts';

/** The registry in a SQLite file, which only this process uses; the database has the tables of `registrySchema`. */
export function sqliteRegistry(db: Database, group: GroupCommit): Registry {
  const answers = db.prepare('SELECT 1');
  return {
    ...sqliteDevices(db, group),
    ...sqliteGroups(db, group),
    check: async () => {
      answers.get();
    },
    onForeignChange: () => {},
  };
}
