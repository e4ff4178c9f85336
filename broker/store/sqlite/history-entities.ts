import type { Micros } from '../../domain/entity.ts';
import type { GoneByAttribute } from '../../domain/retention/gone-instances.ts';
import { withoutFormerTypes } from '../history-types.ts';
import type { HistoryEntity } from '../temporal-store.ts';
import type { HistoryKey } from './history-chunks.ts';
import { type HistoryTail, withChangesOf } from './history-tail.ts';
import {
  type HistoryEntityColumns,
  type HistoryTypes,
  historyEntityColumns,
  historyTypes,
  toHistoryEntity,
} from './history-type-index.ts';
import type { LogValues } from './log-values.ts';
import { type NumberedEntity, rememberedNumbers } from './remembered-numbers.ts';
import type { Session } from './session.ts';

/** What the log has of an Entity: changes, characters of their text, and what spans their values. */
export interface LogUse {
  readonly rows: number;
  readonly size: number;
  readonly values: LogValues;
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
  /** As of when it is told, where that may be later than its own times: a change may record what was there before. */
  readonly asOf?: Micros;
}

/** What the history keeps of Entities besides their instances. What writes runs inside a transaction. */
export interface HistoryEntities {
  known(tenant: string, id: string): KnownHistory | undefined;
  /**
   * The number of an Entity whose row was written by a change of the one that was created then: what clients provide, and
   * those that had its id before, are others.
   */
  numberOf(tenant: string, entity: Pick<HistoryEntity, 'id' | 'createdAt'>): number | undefined;
  /** The same, read anew. */
  keyOf(tenant: string, id: string): HistoryKey | undefined;
  find(tenant: string, id: string): (HistoryKey & { readonly entity: HistoryEntity }) | undefined;
  /** Gives back the number of the Entity. */
  put(known: KnownHistory | undefined, write: EntityWrite, use: LogUse): number;
  setLogUse(no: number, use: LogUse): void;
  /** When instances of it were that a policy took away. */
  goneOf(no: number): GoneByAttribute;
  setGone(no: number, gone: GoneByAttribute): void;
  /** The id of an Entity, and what the log has of it. */
  logUse(no: number): (HistoryKey & LogUse) | undefined;
  /** After changes came to the log, the last of them at a time, that left the rest of the Entity as it is. */
  setChanged(no: number, use: LogUse, at: Micros): void;
  /**
   * Takes the Entity away from its tenant, at once however much there is of it; its number stays taken until its rows
   * are gone, which `historyRemains` sees to. False when there is none.
   */
  retire(tenant: string, id: string): boolean;
  /** When a transaction was rolled back. */
  doubt(): void;
}

/** Stands for no tenant: that of Entities of which nothing but rows is left. */
export const NO_TENANT = 0;

export function historyEntities(session: Session, tail: Pick<HistoryTail, 'of' | 'take'>): HistoryEntities {
  const { database, tenants } = session;
  const select = database.prepare<[number, number, number, number, LogValues, string]>(
    `SELECT no, changed_at, log_rows, log_size, log_values, body -> '$.types' FROM history_entity
      WHERE tenant = ? AND id = ?`,
  );
  const find = entityFinder(session, tail);
  const numberOf = numberReader(session);
  const numbers = rememberedNumbers(numberOf);
  const retire = entityRetirer(session);
  return {
    known: (tenantName, id) => {
      const tenant = tenants.find(tenantName);
      const row = tenant === undefined ? undefined : select.get(tenant, id);
      if (row === undefined) return undefined;
      const [no, changedAt, rows, size, values, types] = row;
      return { no, changedAt, rows, size, values, types };
    },
    numberOf: (tenant, { id, createdAt }) => numbers.of(tenant, id, createdAt),
    keyOf: (tenant, id) => {
      const numbered = numberOf(tenant, id);
      return numbered && { no: numbered.no, id };
    },
    find,
    put: entityWriter(session),
    ...logUses(session),
    ...goneInstances(session),
    retire: (tenant, id) => {
      const no = numberOf(tenant, id)?.no;
      if (no === undefined) return false;
      tail.take(no);
      retire(tenant, no);
      numbers.forget(tenant, id);
      return true;
    },
    doubt: numbers.clear,
  };
}

function entityFinder(
  { database, tenants }: Session,
  tail: Pick<HistoryTail, 'of'>,
): HistoryEntities['find'] {
  const select = database.prepare<[number, ...HistoryEntityColumns]>(
    `SELECT no, ${historyEntityColumns} FROM history_entity WHERE tenant = ? AND id = ?`,
  );
  return (tenantName, id) => {
    const tenant = tenants.find(tenantName);
    const row = tenant === undefined ? undefined : select.get(tenant, id);
    if (row === undefined) return undefined;
    const [no, ...columns] = row;
    return { no, id, entity: withChangesOf(tail.of(no), toHistoryEntity(columns)) };
  };
}

function numberReader({
  database,
  tenants,
}: Session): (tenant: string, id: string) => NumberedEntity | undefined {
  const select = database.prepare<[number, Micros]>(
    "SELECT no, body ->> '$.createdAt' FROM history_entity WHERE tenant = ? AND id = ?",
  );
  return (tenantName, id) => {
    const tenant = tenants.find(tenantName);
    const row = tenant === undefined ? undefined : select.get(tenant, id);
    return row && { no: row[0], createdAt: row[1] };
  };
}

function entityRetirer(session: Session): (tenant: string, no: number) => void {
  const { database, tenants } = session;
  const types = historyTypes(session);
  const retire = database.prepare(
    `UPDATE history_entity SET tenant = ${NO_TENANT}, id = CAST(no AS TEXT) WHERE no = ?`,
  );
  return (tenant, no) => {
    types.remove(tenants.add(tenant), no);
    retire.run(no);
  };
}

const updateLogUse = 'UPDATE history_entity SET log_rows = ?, log_size = ?, log_values = ? WHERE no = ?';

function logUses({ database }: Session): Pick<HistoryEntities, 'setLogUse' | 'logUse' | 'setChanged'> {
  const select = database.prepare<[string, number, number, LogValues]>(
    'SELECT id, log_rows, log_size, log_values FROM history_entity WHERE no = ?',
  );
  const update = database.prepare(updateLogUse);
  const updateChanged =
    database.prepare(`UPDATE history_entity SET log_rows = ?1, log_size = ?2, log_values = ?3,
      body = CASE WHEN ?4 > changed_at THEN json_set(body, '$.modifiedAt', ?4) ELSE body END,
      changed_at = max(changed_at, ?4)
    WHERE no = ?5`);
  return {
    setLogUse: (no, { rows, size, values }) => void update.run(rows, size, values, no),
    logUse: (no) => {
      const row = select.get(no);
      return row && { no, id: row[0], rows: row[1], size: row[2], values: row[3] };
    },
    setChanged: (no, { rows, size, values }, at) => void updateChanged.run(rows, size, values, at, no),
  };
}

function goneInstances({ database }: Session): Pick<HistoryEntities, 'goneOf' | 'setGone'> {
  const select = database.prepare<[string | null]>('SELECT gone FROM history_entity WHERE no = ?');
  const update = database.prepare('UPDATE history_entity SET gone = ? WHERE no = ?');
  return {
    goneOf: (no) => JSON.parse(select.get(no)?.[0] ?? '{}') as GoneByAttribute,
    setGone: (no, gone) => void update.run(Object.keys(gone).length === 0 ? null : JSON.stringify(gone), no),
  };
}

function entityWriter(session: Session): HistoryEntities['put'] {
  const { database, tenants } = session;
  const insert = database.prepare<[number]>(`INSERT INTO history_entity
    (tenant, id, changed_at, log_rows, log_size, log_values, body, added_types)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING no`);
  const types = historyTypes(session);
  const update = entityUpdater(session, types);
  return (known, { tenant, entity, wins, asOf = entity.modifiedAt }, use) => {
    const at = Math.max(asOf, entity.modifiedAt, entity.deletedAt ?? 0);
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
    const [no] = insert.get(tenantNo, entity.id, at, use.rows, use.size, use.values, body, added) as [number];
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
  const updateLog = database.prepare(updateLogUse);
  const update = database.prepare(
    'UPDATE history_entity SET changed_at = ?, log_rows = ?, log_size = ?, log_values = ?, body = ? WHERE no = ?',
  );
  return (known: KnownHistory, { tenant, entity, changedAt }: Update, use: LogUse): void => {
    const { rows, size, values } = use;
    const { no } = known;
    if (changedAt < known.changedAt) {
      updateLog.run(rows, size, values, no);
      return;
    }
    // Most changes leave the types as they are.
    const isSame = entity.formerTypes === undefined && known.types === JSON.stringify(entity.types);
    const before = isSame ? undefined : [...new Set([...types.all(no), ...(entity.formerTypes ?? [])])];
    update.run(changedAt, rows, size, values, JSON.stringify(withoutFormerTypes(entity)), no);
    if (before !== undefined) types.note(tenant, no, before);
  };
}
