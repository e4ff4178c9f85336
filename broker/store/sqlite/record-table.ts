import type { ChangeRecord } from '../store.ts';
import { type RecordRow, toChangeRecord } from './change-record.ts';
import type { Session } from './session.ts';

/** The change records that wait to be folded. */
export interface RecordTable {
  /** Inside a transaction. */
  insert(tenant: string, entityId: string, row: RecordRow): void;
  /** The oldest, at most `limit`, fewer where they are large but one at least; of one Entity when given. */
  oldest(limit: number, of?: { readonly tenant: string; readonly entityId: string }): readonly ChangeRecord[];
  isAnyOf(tenant: string, entityId: string): boolean;
  /** Inside a transaction. */
  remove(stamp: string): void;
}

/** Text read in one go, so that a few hundred large Entities do not fill the memory. */
const READ_AT_ONCE = 16 * 1024 * 1024;

type Row = [stamp: number, tenant: number, facts: string, entity: string | null];

export function recordTable({ database, tenants }: Session): RecordTable {
  const insert = database.prepare(
    'INSERT INTO record (stamp, tenant, entity_id, facts, entity) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM record WHERE stamp = ?');
  const next = database.prepare<Row>(
    'SELECT stamp, tenant, facts, entity FROM record WHERE stamp > ? ORDER BY stamp LIMIT 1',
  );
  const nextOf =
    database.prepare<Row>(`SELECT stamp, tenant, facts, entity FROM record INDEXED BY record_entity
    WHERE stamp > ? AND entity_id = ? AND tenant = ? ORDER BY stamp LIMIT 1`);
  const any = database.prepare('SELECT 1 FROM record WHERE entity_id = ? AND tenant = ? LIMIT 1');
  const read = (limit: number, step: (after: number) => Row | undefined): readonly ChangeRecord[] => {
    const found: ChangeRecord[] = [];
    let after = 0;
    let length = 0;
    while (found.length < limit && length < READ_AT_ONCE) {
      const row = step(after);
      if (row === undefined) break;
      const [stamp, tenant, facts, entity] = row;
      found.push(toChangeRecord(tenants.nameOf(tenant), { stamp, facts, entity: entity ?? undefined }));
      after = stamp;
      length += facts.length + (entity?.length ?? 0);
    }
    return found;
  };
  return {
    insert: (tenant, entityId, { stamp, facts, entity }) => {
      insert.run(stamp, tenants.add(tenant), entityId, facts, entity ?? null);
    },
    oldest: (limit, of) => {
      if (of === undefined) return read(limit, (after) => next.get(after));
      const tenant = tenants.find(of.tenant);
      if (tenant === undefined) return [];
      return read(limit, (after) => nextOf.get(after, of.entityId, tenant));
    },
    isAnyOf: (tenant, entityId) => {
      const no = tenants.find(tenant);
      return no !== undefined && any.get(entityId, no) !== undefined;
    },
    remove: (stamp) => {
      remove.run(Number(stamp));
    },
  };
}
