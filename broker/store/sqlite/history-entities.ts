import { withoutFormerTypes } from '../history-types.ts';
import type { HistoryEntity } from '../store.ts';
import type { HistoryKey } from './history-chunks.ts';
import {
  type HistoryEntityColumns,
  type HistoryTypes,
  historyEntityColumns,
  historyTypes,
  toHistoryEntity,
} from './history-type-index.ts';
import type { Session } from './session.ts';

/** What the log has of an Entity. */
export interface LogUse {
  readonly rows: number;
  readonly size: number;
}

/** The row of an Entity that is there. */
export interface KnownHistory extends LogUse {
  readonly no: number;
  readonly changedAt: number;
  /** The JSON text of the types of its body. */
  readonly types: string;
}

/** `latest` writes the Entity where it is not older than what is known; `known` adds its types to that. */
export interface EntityWrite {
  readonly tenant: string;
  readonly entity: HistoryEntity;
  readonly wins: 'latest' | 'known';
}

/** What the history keeps of Entities besides their instances. What writes runs inside a transaction. */
export interface HistoryEntities {
  known(tenant: string, id: string): KnownHistory | undefined;
  find(tenant: string, id: string): (HistoryKey & { readonly entity: HistoryEntity }) | undefined;
  /** Gives back the number of the Entity. */
  put(known: KnownHistory | undefined, write: EntityWrite, use: LogUse): number;
  setLogUse(no: number, use: LogUse): void;
  /**
   * Takes the Entity away from its tenant, at once however much there is of it; its number stays taken until its rows
   * are gone, for which `retired` tells the numbers. False when there is none.
   */
  retire(tenant: string, id: string): boolean;
}

/** Stands for no tenant: that of Entities of which nothing but rows is left. */
export const NO_TENANT = 0;

export function historyEntities(session: Session): HistoryEntities {
  const { database, tenants } = session;
  const select = database.prepare<[number, number, number, number, string]>(
    "SELECT no, changed_at, log_rows, log_size, body -> '$.types' FROM history_entity WHERE tenant = ? AND id = ?",
  );
  const selectBody = database.prepare<[number, ...HistoryEntityColumns]>(
    `SELECT no, ${historyEntityColumns} FROM history_entity WHERE tenant = ? AND id = ?`,
  );
  const updateLog = database.prepare('UPDATE history_entity SET log_rows = ?, log_size = ? WHERE no = ?');
  const retire = database.prepare(
    `UPDATE history_entity SET tenant = ${NO_TENANT}, id = CAST(no AS TEXT) WHERE no = ?`,
  );
  const types = historyTypes(session);
  const find: HistoryEntities['find'] = (tenantName, id) => {
    const tenant = tenants.find(tenantName);
    const row = tenant === undefined ? undefined : selectBody.get(tenant, id);
    if (row === undefined) return undefined;
    const [no, ...columns] = row;
    return { no, id, entity: toHistoryEntity(columns) };
  };
  return {
    known: (tenantName, id) => {
      const tenant = tenants.find(tenantName);
      const row = tenant === undefined ? undefined : select.get(tenant, id);
      return row && { no: row[0], changedAt: row[1], rows: row[2], size: row[3], types: row[4] };
    },
    find,
    put: entityWriter(session),
    setLogUse: (no, { rows, size }) => void updateLog.run(rows, size, no),
    retire: (tenant, id) => {
      const no = find(tenant, id)?.no;
      if (no === undefined) return false;
      types.remove(tenants.add(tenant), no);
      retire.run(no);
      return true;
    },
  };
}

function entityWriter(session: Session): HistoryEntities['put'] {
  const { database, tenants } = session;
  const insert = database.prepare<[number]>(`INSERT INTO history_entity
    (tenant, id, changed_at, log_rows, log_size, body, added_types) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no`);
  const types = historyTypes(session);
  const update = entityUpdater(session, types);
  return (known, { tenant, entity, wins }, use) => {
    const at = Math.max(entity.modifiedAt, entity.deletedAt ?? 0);
    const tenantNo = tenants.add(tenant);
    if (known !== undefined) {
      if (wins === 'known') types.keep(tenantNo, known.no, entity.types);
      update(
        known,
        { tenant: tenantNo, entity, changedAt: wins === 'known' ? Number.NEGATIVE_INFINITY : at },
        use,
      );
      return known.no;
    }
    const added = JSON.stringify(wins === 'known' ? entity.types : []);
    const body = JSON.stringify(withoutFormerTypes(entity));
    const [no] = insert.get(tenantNo, entity.id, at, use.rows, use.size, body, added) as [number];
    types.begin(tenantNo, no, entity);
    return no;
  };
}

interface Update {
  readonly tenant: number;
  readonly entity: HistoryEntity;
  readonly changedAt: number;
}

/** Writes the body where it is not older than what is known, and what the log has in any case. */
function entityUpdater({ database }: Session, types: HistoryTypes) {
  const updateLog = database.prepare('UPDATE history_entity SET log_rows = ?, log_size = ? WHERE no = ?');
  const update = database.prepare(
    'UPDATE history_entity SET changed_at = ?, log_rows = ?, log_size = ?, body = ? WHERE no = ?',
  );
  return (known: KnownHistory, { tenant, entity, changedAt }: Update, { rows, size }: LogUse): void => {
    const { no } = known;
    if (changedAt < known.changedAt) {
      updateLog.run(rows, size, no);
      return;
    }
    // Most changes leave the types as they are.
    const isSame = entity.formerTypes === undefined && known.types === JSON.stringify(entity.types);
    const before = isSame ? undefined : [...new Set([...types.all(no), ...(entity.formerTypes ?? [])])];
    update.run(changedAt, rows, size, JSON.stringify(withoutFormerTypes(entity)), no);
    if (before !== undefined) types.note(tenant, no, before);
  };
}
