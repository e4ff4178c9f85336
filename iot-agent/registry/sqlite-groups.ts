import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import { changedMeanwhile, groupClash, groupNotFound } from './clashes.ts';
import type { GroupRecord, Registry } from './registry.ts';
import type { GroupSettings } from './settings.ts';

type GroupRow = [tenant: string, servicePath: string, settings: string];
const columns = 'tenant, service_path, settings';

/** The part of the registry that keeps service groups. */
export type Groups = Pick<
  Registry,
  'addGroups' | 'everyGroup' | 'groupByApikey' | 'groups' | 'replaceGroup' | 'removeGroup'
>;

/** Service groups in SQLite; the database has the tables of `registrySchema`. */
export function sqliteGroups(db: Database, group: GroupCommit): Groups {
  const byApikey = db.prepare<GroupRow>(`SELECT ${columns} FROM service_group WHERE apikey = ?`);
  const page = db.prepare<GroupRow>(
    `SELECT ${columns} FROM service_group WHERE tenant = ? ORDER BY seq LIMIT ? OFFSET ?`,
  );
  const every = db.prepare<GroupRow>(`SELECT ${columns} FROM service_group ORDER BY seq`);
  const count = db.prepare<[number]>('SELECT COUNT(*) FROM service_group WHERE tenant = ?');
  const insert = db.prepare(
    'INSERT INTO service_group (tenant, apikey, service_path, settings) VALUES (?, ?, ?, ?)',
  );
  const update = db.prepare(
    `UPDATE service_group SET apikey = ?1, service_path = ?2, settings = ?3
      WHERE tenant = ?4 AND apikey = ?5 AND (?6 IS NULL OR settings = ?6)`,
  );
  const remove = db.prepare(
    'DELETE FROM service_group WHERE tenant = ?1 AND apikey = ?2 AND (?3 IS NULL OR settings = ?3)',
  );
  const refuseClash = (apikey: string): void => {
    if (byApikey.get(apikey) !== undefined) throw groupClash(apikey);
  };
  const add = ({ tenant, servicePath, settings }: GroupRecord): void => {
    refuseClash(settings.apikey);
    insert.run(tenant, settings.apikey, servicePath, JSON.stringify(settings));
  };
  const replace = (apikey: string, record: GroupRecord, before: GroupRecord | undefined): void => {
    const { tenant, servicePath, settings } = record;
    if (settings.apikey !== apikey) refuseClash(settings.apikey);
    const values = [settings.apikey, servicePath, JSON.stringify(settings)] as const;
    if (update.run(...values, tenant, apikey, settingsText(before)).changes > 0) return;
    const isThere = recordOf(byApikey.get(apikey))?.tenant === tenant;
    throw isThere ? changedMeanwhile(`group ${apikey}`) : groupNotFound(apikey);
  };
  return {
    addGroups: (records) => group.run(() => records.forEach(add)),
    everyGroup: async () => every.all().flatMap((row) => recordOf(row) ?? []),
    groupByApikey: async (apikey) => recordOf(byApikey.get(apikey)),
    groups: async (tenant, { limit, offset }) => ({
      count: count.get(tenant)?.[0] ?? 0,
      records: page.all(tenant, limit, offset).flatMap((row) => recordOf(row) ?? []),
    }),
    replaceGroup: (apikey, record, before) => group.run(() => replace(apikey, record, before)),
    removeGroup: (tenant, apikey, before) =>
      group.run(() => remove.run(tenant, apikey, settingsText(before)).changes > 0),
  };
}

/** As it is stored; null for no record. */
function settingsText(record: GroupRecord | undefined): string | null {
  return record === undefined ? null : JSON.stringify(record.settings);
}

function recordOf(row: GroupRow | undefined): GroupRecord | undefined {
  if (row === undefined) return undefined;
  const [tenant, servicePath, settings] = row;
  return { tenant, servicePath, settings: JSON.parse(settings) as GroupSettings };
}
