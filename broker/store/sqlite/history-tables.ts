import type { HistoryEntity, HistoryInstance } from '../store.ts';
import { isSameInstance } from './equal-instance.ts';
import { type HistoryChunks, type HistoryKey, historyChunks } from './history-chunks.ts';
import { decodeLogRow, encodeLogRow } from './history-instances.ts';
import type { Session } from './session.ts';

/** The history of all Entities; what writes runs inside a transaction. */
export interface HistoryTables {
  /** What the relay made of change records. */
  fold(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
  /** What a client provides: what the history knows of the Entity, and instances equal to it, stay as they are. */
  append(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
  find(tenant: string, id: string): (HistoryKey & { readonly entity: HistoryEntity }) | undefined;
  /** The newer part of an Entity's history: instances of all its Attributes, as they came. */
  log(entity: HistoryKey): readonly HistoryInstance[];
  readonly chunks: Omit<HistoryChunks, 'add'>;
}

/** The row of an Entity, and what it has in the log. */
interface Known {
  readonly no: number;
  readonly changedAt: number;
  readonly rows: number;
  readonly size: number;
}

/**
 * A change is one row at the end of the log: pages that many Entities share, where a row for each instance in its
 * place would be a page for each. With so many rows, or so much text, an Entity's log becomes chunks.
 */
const LOG_ROWS = 32;
const LOG_SIZE = 128 * 1024;

export function historyTables(session: Session): HistoryTables {
  const chunks = historyChunks(session);
  const entities = entityRows(session);
  const log = logOf(session);
  const write = (known: Known, id: string, instances: readonly HistoryInstance[]): Known => {
    if (instances.length === 0) return known;
    const size = known.size + log.add(known.no, instances);
    const rows = known.rows + 1;
    if (rows < LOG_ROWS && size < LOG_SIZE) return { ...known, rows, size };
    for (const [attribute, of] of byAttribute(log.take({ no: known.no, id }))) {
      chunks.add(known.no, attribute, of);
    }
    return { ...known, rows: 0, size: 0 };
  };
  return {
    fold: (tenant, entity, instances) => {
      const known = entities.known(tenant, entity);
      entities.update(write(known, entity.id, instances), entity, 'latest');
    },
    append: (tenant, entity, instances) => {
      const known = entities.known(tenant, entity);
      const key = { no: known.no, id: entity.id };
      const fresh = withoutEqual(instances, log.of(key), (instance) =>
        chunks.within(key, instance.attribute, atMomentOf(instance)),
      );
      entities.update(write(known, entity.id, fresh), entity, 'known');
    },
    find: entities.find,
    log: log.of,
    chunks,
  };
}

function entityRows({ database, tenants }: Session) {
  const select = database.prepare<[number, number, number, number]>(
    'SELECT no, changed_at, log_rows, log_size FROM history_entity WHERE tenant = ? AND id = ?',
  );
  const selectBody = database.prepare<[number, string]>(
    'SELECT no, body FROM history_entity WHERE tenant = ? AND id = ?',
  );
  const insert = database.prepare<[number]>(`INSERT INTO history_entity
    (tenant, id, changed_at, log_rows, log_size, body) VALUES (?, ?, ?, 0, 0, ?) RETURNING no`);
  const update = database.prepare(
    'UPDATE history_entity SET changed_at = ?, log_rows = ?, log_size = ?, body = ? WHERE no = ?',
  );
  const updateLog = database.prepare('UPDATE history_entity SET log_rows = ?, log_size = ? WHERE no = ?');
  return {
    known: (tenantName: string, entity: HistoryEntity): Known => {
      const tenant = tenants.add(tenantName);
      const found = select.get(tenant, entity.id);
      if (found !== undefined) {
        const [no, changedAt, rows, size] = found;
        return { no, changedAt, rows, size };
      }
      const changedAt = changeOf(entity);
      const no = insert.get(tenant, entity.id, changedAt, JSON.stringify(entity))?.[0] as number;
      return { no, changedAt, rows: 0, size: 0 };
    },
    /** `latest` writes the Entity where it is not older than what is known; `known` leaves it. */
    update: ({ no, changedAt, rows, size }: Known, entity: HistoryEntity, wins: 'latest' | 'known'): void => {
      const at = changeOf(entity);
      if (wins === 'known' || at < changedAt) updateLog.run(rows, size, no);
      else update.run(at, rows, size, JSON.stringify(entity), no);
    },
    find: (tenantName: string, id: string) => {
      const tenant = tenants.find(tenantName);
      const row = tenant === undefined ? undefined : selectBody.get(tenant, id);
      return row && { no: row[0], id, entity: JSON.parse(row[1]) as HistoryEntity };
    },
  };
}

function changeOf({ modifiedAt, deletedAt = 0 }: HistoryEntity): number {
  return Math.max(modifiedAt, deletedAt);
}

function logOf({ database }: Session) {
  const insert = database.prepare('INSERT INTO history_log (entity, body) VALUES (?, ?)');
  const select = database.prepare<[string]>(
    'SELECT body FROM history_log INDEXED BY history_log_entity WHERE entity = ? ORDER BY no',
  );
  const remove = database.prepare('DELETE FROM history_log WHERE entity = ?');
  const of = ({ no, id }: HistoryKey): readonly HistoryInstance[] =>
    select.all(no).flatMap(([body]) => decodeLogRow(body, id));
  return {
    of,
    /** The length of what was written. */
    add: (entity: number, instances: readonly HistoryInstance[]): number => {
      const body = encodeLogRow(instances);
      insert.run(entity, body);
      return body.length;
    },
    take: (entity: HistoryKey): readonly HistoryInstance[] => {
      const instances = of(entity);
      remove.run(entity.no);
      return instances;
    },
  };
}

/** The instances by Attribute, in their order. */
export function byAttribute(
  instances: readonly HistoryInstance[],
): ReadonlyMap<string, readonly HistoryInstance[]> {
  const groups = new Map<string, HistoryInstance[]>();
  for (const instance of instances) {
    const group = groups.get(instance.attribute);
    if (group === undefined) groups.set(instance.attribute, [instance]);
    else group.push(instance);
  }
  return groups;
}

/** Those that equal neither one of the log, nor an older one, nor an earlier one of their own. */
function withoutEqual(
  instances: readonly HistoryInstance[],
  log: readonly HistoryInstance[],
  older: (instance: HistoryInstance) => readonly HistoryInstance[],
): readonly HistoryInstance[] {
  const fresh: HistoryInstance[] = [];
  for (const instance of instances) {
    const isSame = isSameInstance(instance);
    if (fresh.some(isSame) || log.some(isSame) || older(instance).some(isSame)) continue;
    fresh.push(instance);
  }
  return fresh;
}

function atMomentOf({ observedAt }: HistoryInstance) {
  const timeproperty = 'observedAt' as const;
  return observedAt === undefined ? { timeproperty } : { timeproperty, from: observedAt, to: observedAt + 1 };
}
