import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { CodecFunction, CodecRecord, CodecSummary } from './codec.ts';
import type { Registry } from './registry.ts';

type SummaryRow = [
  tenant: string,
  name: string,
  description: string | null,
  revision: string,
  functions: string,
  size: number,
  updatedAt: number,
];
type CodecRow = [...SummaryRow, script: string];
const summaryColumns = 'tenant, name, description, revision, functions, size, updated_at';

/** The part of the registry that keeps codecs. */
export type Codecs = Pick<Registry, 'codec' | 'codecs' | 'putCodec' | 'removeCodec'>;

/** Codecs in SQLite; the database has the table of `registryCodecs`. */
export function sqliteCodecs(db: Database, group: GroupCommit): Codecs {
  const one = db.prepare<CodecRow>(
    `SELECT ${summaryColumns}, script FROM codec WHERE tenant = ? AND name = ?`,
  );
  const page = db.prepare<SummaryRow>(
    `SELECT ${summaryColumns} FROM codec WHERE tenant = ? ORDER BY name LIMIT ? OFFSET ?`,
  );
  const count = db.prepare<[number]>('SELECT COUNT(*) FROM codec WHERE tenant = ?');
  const put = db.prepare(
    `INSERT OR REPLACE INTO codec (${summaryColumns}, script) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = db.prepare('DELETE FROM codec WHERE tenant = ? AND name = ?');
  return {
    putCodec: (record) =>
      group.run(() => {
        const isNew = one.get(record.tenant, record.name) === undefined;
        put.run(...valuesOf(record));
        return isNew;
      }),
    codec: async (tenant, name) => {
      const row = one.get(tenant, name);
      return row && { ...summaryOf(row), script: row[7] };
    },
    codecs: async (tenant, { limit, offset }) => ({
      count: count.get(tenant)?.[0] ?? 0,
      records: page.all(tenant, limit, offset).map(summaryOf),
    }),
    removeCodec: (tenant, name) => group.run(() => remove.run(tenant, name).changes > 0),
  };
}

function valuesOf({ tenant, name, description, revision, functions, size, updatedAt, script }: CodecRecord) {
  return [tenant, name, description ?? null, revision, functions.join(), size, updatedAt, script] as const;
}

function summaryOf(row: SummaryRow | CodecRow): CodecSummary {
  const [tenant, name, description, revision, functions, size, updatedAt] = row;
  return {
    tenant,
    name,
    revision,
    functions: functions.split(',') as CodecFunction[],
    size,
    updatedAt,
    ...(description === null ? {} : { description }),
  };
}
