import type { HistoryInstance } from '../temporal-store.ts';
import type { HistoryKey } from './history-chunks.ts';
import type { LogUse } from './history-entities.ts';
import {
  decodeInstances,
  type EditInstance,
  editInstances,
  encodeInstances,
  type MayBeWanted,
} from './history-instances.ts';
import { NO_VALUES, withValuesOf } from './log-values.ts';
import type { Session } from './session.ts';

/** The newer part of the history: one row for each change, as they came. What writes runs inside a transaction. */
export interface HistoryLog {
  /** Instances that are surely not wanted may be left out. */
  of(entity: HistoryKey, mayBeWanted?: MayBeWanted): readonly HistoryInstance[];
  /** The same, change after change, the newest first. */
  newest(entity: HistoryKey, mayBeWanted?: MayBeWanted): Generator<readonly HistoryInstance[], void>;
  /** Of each change the text of its instances, in their order. */
  texts(entity: number): readonly string[];
  add(entity: number, body: string): void;
  /** The texts of what there was, which is in the log no more. */
  take(entity: number): readonly string[];
  /** Gives back what the log has of the Entity then; undefined when nothing was changed. */
  edit(entity: HistoryKey, edit: EditInstance): LogUse | undefined;
}

export function historyLog(session: Session): HistoryLog {
  const { database, iris } = session;
  const insert = database.prepare('INSERT INTO history_log (entity, body) VALUES (?, ?)');
  const select = database.prepare<[number, string]>(
    'SELECT no, body FROM history_log INDEXED BY history_log_entity WHERE entity = ? ORDER BY no',
  );
  const remove = database.prepare('DELETE FROM history_log WHERE entity = ?');
  const removeRow = database.prepare('DELETE FROM history_log WHERE no = ?');
  const updateRow = database.prepare('UPDATE history_log SET body = ? WHERE no = ?');
  const of: HistoryLog['of'] = ({ no, id }, mayBeWanted) =>
    select.all(no).flatMap(([, body]) => decodeInstances(body, id, iris, mayBeWanted));
  /** The text of the row then, empty where there is nothing left. */
  const editRow = (no: number, body: string, id: string, edit: EditInstance): string => {
    const edited = editInstances(decodeInstances(body, id, iris), edit);
    if (edited === undefined) return body;
    if (edited.length === 0) {
      removeRow.run(no);
      return '';
    }
    const text = encodeInstances(edited, iris);
    updateRow.run(text, no);
    return text;
  };
  return {
    of,
    texts: (entity) => select.all(entity).map(([, body]) => body),
    newest: newestReader(session),
    add: (entity, body) => void insert.run(entity, body),
    take: (entity) => {
      const texts = select.all(entity).map(([, body]) => body);
      remove.run(entity);
      return texts;
    },
    edit: ({ no, id }, edit) => {
      let use: LogUse = { rows: 0, size: 0, values: NO_VALUES };
      let isChanged = false;
      for (const [row, body] of select.all(no)) {
        const text = editRow(row, body, id, edit);
        if (text !== body) isChanged = true;
        if (text === '') continue;
        const { rows, size, values } = use;
        use = { rows: rows + 1, size: size + text.length, values: withValuesOf(values, text) };
      }
      return isChanged ? use : undefined;
    },
  };
}

/** Most are satisfied with the first. */
const MOST_AT_ONCE = 100;

function newestReader({ database, iris }: Session): HistoryLog['newest'] {
  const select = database.prepare<
    [number, string]
  >(`SELECT no, body FROM history_log INDEXED BY history_log_entity
    WHERE entity = ? AND no < ? ORDER BY no DESC LIMIT ?`);
  return function* newest({ no, id }, mayBeWanted) {
    let last = Number.MAX_SAFE_INTEGER;
    for (let size = 1; ; size = MOST_AT_ONCE) {
      const rows = select.all(no, last, size);
      for (const [row, body] of rows) {
        last = row;
        yield decodeInstances(body, id, iris, mayBeWanted);
      }
      if (rows.length < size) return;
    }
  };
}

/** The instances by Attribute, in their order. */
export function byAttribute<Instance extends { readonly attribute: string | number }>(
  instances: readonly Instance[],
): ReadonlyMap<Instance['attribute'], readonly Instance[]> {
  const groups = new Map<Instance['attribute'], Instance[]>();
  for (const instance of instances) {
    const group = groups.get(instance.attribute);
    if (group === undefined) groups.set(instance.attribute, [instance]);
    else group.push(instance);
  }
  return groups;
}
