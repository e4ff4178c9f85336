import { withTypes } from '../history-types.ts';
import { contentOf } from '../instance-content.ts';
import type { HistoryEntity, HistoryInstance } from '../store.ts';
import { type Bounds, type HistoryChunks, type HistoryKey, historyChunks } from './history-chunks.ts';
import { decodeInstances, encodeInstances } from './history-instances.ts';
import type { Session } from './session.ts';

/** The history of all Entities; what writes runs inside a transaction. */
export interface HistoryTables {
  /** What the relay made of change records. */
  fold(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
  /** What a client provides: of a known Entity only types that it lacks are new, of instances those equal to none. */
  append(tenant: string, entity: HistoryEntity, instances: readonly HistoryInstance[]): void;
  find(tenant: string, id: string): (HistoryKey & { readonly entity: HistoryEntity }) | undefined;
  /** The newer part of an Entity's history: instances of all its Attributes, as they came. */
  log(entity: HistoryKey): readonly HistoryInstance[];
  readonly chunks: Omit<HistoryChunks, 'add'>;
}

/** What the log has of an Entity. */
interface LogUse {
  readonly rows: number;
  readonly size: number;
}

const EMPTY: LogUse = { rows: 0, size: 0 };

function grown(use: LogUse | undefined, body: string): LogUse {
  const { rows, size } = use ?? EMPTY;
  return body === '' ? { rows, size } : { rows: rows + 1, size: size + body.length };
}

/** The row of an Entity that is there. */
interface Known extends LogUse {
  readonly no: number;
  readonly changedAt: number;
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
  const write = (known: Known | undefined, { tenant, entity, instances, wins }: Write): void => {
    const body = instances.length === 0 ? '' : encodeInstances(instances, session.iris);
    const use = grown(known, body);
    const isFull = use.rows >= LOG_ROWS || use.size >= LOG_SIZE;
    const no = entities.put(known, { tenant, entity, wins }, isFull ? EMPTY : use);
    if (body !== '') log.add(no, body);
    if (!isFull) return;
    for (const [attribute, of] of byAttribute(log.take({ no, id: entity.id }))) chunks.add(no, attribute, of);
  };
  return {
    fold: (tenant, entity, instances) => {
      write(entities.known(tenant, entity.id), { tenant, entity, instances, wins: 'latest' });
    },
    append: (tenant, entity, instances) => {
      const known = entities.known(tenant, entity.id);
      const key = known && { no: known.no, id: entity.id };
      const fresh = withoutEqual(instances, key ? log.of(key) : [], (attribute, bounds) =>
        key ? chunks.within(key, attribute, bounds) : [],
      );
      write(known, { tenant, entity, instances: fresh, wins: 'known' });
    },
    find: entities.find,
    log: log.of,
    chunks,
  };
}

/** `latest` writes the Entity where it is not older than what is known; `known` adds its types to that. */
interface EntityWrite {
  readonly tenant: string;
  readonly entity: HistoryEntity;
  readonly wins: 'latest' | 'known';
}

interface Write extends EntityWrite {
  readonly instances: readonly HistoryInstance[];
}

function entityRows({ database, tenants }: Session) {
  const select = database.prepare<[number, number, number, number]>(
    'SELECT no, changed_at, log_rows, log_size FROM history_entity WHERE tenant = ? AND id = ?',
  );
  const selectBody = database.prepare<[number, string, string]>(
    'SELECT no, body, added_types FROM history_entity WHERE tenant = ? AND id = ?',
  );
  const insert = database.prepare<[number]>(`INSERT INTO history_entity
    (tenant, id, changed_at, log_rows, log_size, body, added_types) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no`);
  const update = database.prepare(
    'UPDATE history_entity SET changed_at = ?, log_rows = ?, log_size = ?, body = ? WHERE no = ?',
  );
  const updateLog = database.prepare('UPDATE history_entity SET log_rows = ?, log_size = ? WHERE no = ?');
  const addTypes = addedTypes(database);
  const put = (known: Known | undefined, { tenant, entity, wins }: EntityWrite, use: LogUse): number => {
    const at = Math.max(entity.modifiedAt, entity.deletedAt ?? 0);
    if (known === undefined) {
      const body = JSON.stringify(entity);
      const added = JSON.stringify(wins === 'known' ? entity.types : []);
      return insert.get(tenants.add(tenant), entity.id, at, use.rows, use.size, body, added)?.[0] as number;
    }
    if (wins === 'known') addTypes(known.no, entity.types);
    if (wins === 'known' || at < known.changedAt) updateLog.run(use.rows, use.size, known.no);
    else update.run(at, use.rows, use.size, JSON.stringify(entity), known.no);
    return known.no;
  };
  return {
    known: (tenantName: string, id: string): Known | undefined => {
      const tenant = tenants.find(tenantName);
      const row = tenant === undefined ? undefined : select.get(tenant, id);
      return row && { no: row[0], changedAt: row[1], rows: row[2], size: row[3] };
    },
    put,
    find: (tenantName: string, id: string) => {
      const tenant = tenants.find(tenantName);
      const row = tenant === undefined ? undefined : selectBody.get(tenant, id);
      return row && { no: row[0], id, entity: withTypes(JSON.parse(row[1]), JSON.parse(row[2])) };
    },
  };
}

/** Adds types to an Entity that is known, those that it lacks. They stay when a change writes its body. */
function addedTypes(database: Session['database']): (no: number, types: readonly string[]) => void {
  const select = database.prepare<[string, string]>(
    'SELECT body, added_types FROM history_entity WHERE no = ?',
  );
  const update = database.prepare('UPDATE history_entity SET added_types = ? WHERE no = ?');
  return (no, types) => {
    const row = select.get(no);
    if (row === undefined) return;
    const added = JSON.parse(row[1]) as readonly string[];
    const known = withTypes(JSON.parse(row[0]), added).types;
    const lacking = types.filter((type) => !known.includes(type));
    if (lacking.length > 0) update.run(JSON.stringify([...added, ...lacking]), no);
  };
}

function logOf({ database, iris }: Session) {
  const insert = database.prepare('INSERT INTO history_log (entity, body) VALUES (?, ?)');
  const select = database.prepare<[string]>(
    'SELECT body FROM history_log INDEXED BY history_log_entity WHERE entity = ? ORDER BY no',
  );
  const remove = database.prepare('DELETE FROM history_log WHERE entity = ?');
  const of = ({ no, id }: HistoryKey): readonly HistoryInstance[] =>
    select.all(no).flatMap(([body]) => decodeInstances(body, id, iris));
  return {
    of,
    add: (entity: number, body: string): void => {
      insert.run(entity, body);
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
  older: (attribute: string, bounds: Bounds) => readonly HistoryInstance[],
): readonly HistoryInstance[] {
  const fresh = new Map<string, HistoryInstance>();
  for (const instance of instances) {
    const content = contentOf(instance);
    if (!fresh.has(content)) fresh.set(content, instance);
  }
  for (const known of log) fresh.delete(contentOf(known));
  for (const [attribute, given] of byAttribute([...fresh.values()])) {
    for (const known of older(attribute, boundsOf(given))) fresh.delete(contentOf(known));
  }
  return [...fresh.values()];
}

/** From the earliest to the latest observedAt; everything when one has none. */
function boundsOf(instances: readonly HistoryInstance[]): Bounds {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { observedAt } of instances) {
    if (observedAt === undefined) return { timeproperty: 'observedAt' };
    from = Math.min(from, observedAt);
    to = Math.max(to, observedAt + 1);
  }
  return { timeproperty: 'observedAt', from, to };
}
