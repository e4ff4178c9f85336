import type { ChangeRecord } from '../outbox.ts';
import { type RecordRow, toChangeRecord } from './change-record.ts';
import { type RecentRecords, recentRecords } from './recent-records.ts';
import type { Session } from './session.ts';
import { stampText } from './stamps.ts';

/** The change records that wait to be folded. */
export interface RecordTable {
  /** Inside a transaction. */
  insert(staged: StagedRecord): void;
  /** After the commit of what was inserted. */
  remember(staged: StagedRecord): void;
  /** The oldest, at most `limit`, fewer where they are large but one at least; of one Entity when given. */
  oldest(limit: number, of?: EntityName): readonly ChangeRecord[];
  /** True when an Entity may have some that go into its history. */
  isAnyOf(of: EntityName): boolean;
  /** The Entities of a tenant that may have such ones. */
  entitiesOf(tenant: string): readonly string[];
  /** Inside a transaction. */
  remove(stamp: string): void;
  /** To be called when what was written here may have been rolled back. */
  doubt(): void;
}

export interface EntityName {
  readonly tenant: string;
  readonly entityId: string;
}

/** A record, and the row that it becomes. */
export interface StagedRecord {
  readonly entityId: string;
  readonly record: ChangeRecord;
  readonly row: RecordRow;
}

/** Text read in one go, so that a few hundred large Entities do not fill the memory. */
const READ_AT_ONCE = 16 * 1024 * 1024;

export function recordTable(session: Session): RecordTable {
  const { database, tenants } = session;
  const recent = recentRecords();
  const insert = database.prepare(
    'INSERT INTO record (stamp, tenant, entity_id, facts, entity) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM record WHERE stamp = ?');
  const oldest = recordReader(session, recent);
  const entities = database.prepare<[string]>('SELECT DISTINCT entity_id FROM record WHERE tenant = ?');
  return {
    insert: ({ entityId, record, row: { stamp, facts, entity } }) => {
      insert.run(stamp, tenants.add(record.tenant), entityId, facts, entity ?? null);
    },
    remember: ({ record, row: { facts, entity = '' } }) => recent.add(record, facts.length + entity.length),
    oldest,
    isAnyOf: (of) => {
      const known = recent.all();
      return known === undefined ? oldest(1, of).length > 0 : isAnyForHistory(known, of);
    },
    entitiesOf: (name) => {
      const known = recent.all();
      if (known !== undefined && !isAnyForHistory(known)) return [];
      const tenant = tenants.find(name);
      return tenant === undefined ? [] : entities.all(tenant).map(([id]) => id);
    },
    remove: (stamp) => {
      recent.delete(stamp);
      remove.run(Number(stamp));
    },
    doubt: recent.doubt,
  };
}

function isAnyForHistory(records: Iterable<ChangeRecord>, of?: EntityName): boolean {
  for (const record of records) {
    if (record.isHistory !== false && (of === undefined || isOf(record, of))) return true;
  }
  return false;
}

/** From memory where everything is there, else from the table. */
function recordReader(session: Session, recent: RecentRecords): RecordTable['oldest'] {
  const list = stampLister(session);
  const read = rowReader(session, recent);
  return (limit, of) => {
    const known = recent.all();
    if (known !== undefined) return firstOf(known, limit, of);
    const stamps = list(limit, of);
    if (stamps.length === 0 && of === undefined && limit > 0) recent.clear();
    return read(stamps);
  };
}

function firstOf(
  records: Iterable<ChangeRecord>,
  limit: number,
  of: EntityName | undefined,
): readonly ChangeRecord[] {
  const found: ChangeRecord[] = [];
  for (const record of records) {
    if (found.length >= limit) break;
    if (of === undefined || isOf(record, of)) found.push(record);
  }
  return found;
}

function isOf({ tenant, change }: ChangeRecord, of: EntityName): boolean {
  return tenant === of.tenant && (change.entity ?? change.before)?.id === of.entityId;
}

function stampLister({ database, tenants }: Session): (limit: number, of?: EntityName) => readonly number[] {
  const all = database.prepare<[number]>('SELECT stamp FROM record ORDER BY stamp LIMIT ?');
  const ofOne = database.prepare<[number]>(`SELECT stamp FROM record INDEXED BY record_entity
    WHERE entity_id = ? AND tenant = ? ORDER BY stamp LIMIT ?`);
  return (limit, of) => {
    if (of === undefined) return all.all(limit).map(([stamp]) => stamp);
    const tenant = tenants.find(of.tenant);
    return tenant === undefined ? [] : ofOne.all(of.entityId, tenant, limit).map(([stamp]) => stamp);
  };
}

type Row = [tenant: number, facts: string, entity: string | null];

function rowReader({ database, tenants }: Session, recent: RecentRecords) {
  const select = database.prepare<Row>('SELECT tenant, facts, entity FROM record WHERE stamp = ?');
  const readRow = (stamp: number, found: ChangeRecord[]): number => {
    const row = select.get(stamp);
    if (row === undefined) return 0;
    const [tenant, facts, entity] = row;
    found.push(toChangeRecord(tenants.nameOf(tenant), { stamp, facts, entity: entity ?? undefined }));
    return facts.length + (entity?.length ?? 0);
  };
  return (stamps: readonly number[]): readonly ChangeRecord[] => {
    const found: ChangeRecord[] = [];
    let length = 0;
    for (const stamp of stamps) {
      const known = recent.get(stampText(stamp));
      if (known === undefined) length += readRow(stamp, found);
      else found.push(known);
      if (length > READ_AT_ONCE) break;
    }
    return found;
  };
}
