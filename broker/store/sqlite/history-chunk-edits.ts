import type { Micros } from '../../domain/entity.ts';
import type { HistoryInstance } from '../temporal-store.ts';
import { type HistoryKey, outlineColumns, outlineOf } from './history-chunks.ts';
import { decodeInstances, type EditInstance, editInstances, encodeInstances } from './history-instances.ts';
import { NO_TIME, toColumn } from './history-times.ts';
import type { Session } from './session.ts';

/** Chunks that are looked up at once. */
const LOOKED_UP = 64;

/**
 * Changes of what chunks have of one Attribute; inside a transaction. Chunks are told apart by their text, which is
 * many times faster than to read each: one that may have the text counts as one that has it.
 */
export interface ChunkEdits {
  /** Takes away all. False when there were none. */
  remove(entity: HistoryKey, attribute: string): boolean;
  /** Takes away the chunks in whose text this is not. False when there were none. */
  removeWithout(entity: HistoryKey, attribute: string, text: string): boolean;
  /** Edits the instances of the chunks in whose text this is. */
  edit(entity: HistoryKey, attribute: string, text: string, edit: EditInstance): void;
  /**
   * Edits chunks that have instances of before a time, the oldest first, until so many of them are changed; tells how
   * many that were. What lacks observedAt is of when it was modified.
   */
  editDue(
    entity: HistoryKey,
    attribute: string,
    due: { readonly before: Micros; readonly limit: number },
    edit: EditInstance,
  ): number;
}

export function chunkEdits({ database, iris }: Session): ChunkEdits {
  const removeAll = database.prepare('DELETE FROM history_chunk WHERE entity = ? AND attribute = ?');
  const removeWithout = database.prepare(
    'DELETE FROM history_chunk WHERE entity = ? AND attribute = ? AND body NOT LIKE ?',
  );
  const having = database.prepare<[number]>(
    'SELECT no FROM history_chunk WHERE entity = ? AND attribute = ? AND body LIKE ?',
  );
  const read = database.prepare<[string]>('SELECT body FROM history_chunk WHERE no = ?');
  const remove = database.prepare('DELETE FROM history_chunk WHERE no = ?');
  const columns = outlineColumns.map((column) => `${column} = ?`).join(', ');
  const update = database.prepare(`UPDATE history_chunk SET ${columns}, body = ? WHERE no = ?`);
  const write = (no: number, instances: readonly HistoryInstance[]): void => {
    if (instances.length === 0) remove.run(no);
    else update.run(...outlineOf(instances), encodeInstances(instances, iris), no);
  };
  const editOne = (no: number, id: string, edit: EditInstance): boolean => {
    const [body = '[]'] = read.get(no) ?? [];
    const edited = editInstances(decodeInstances(body, id, iris), edit);
    if (edited !== undefined) write(no, edited);
    return edited !== undefined;
  };
  const due = ['observed', 'modified'].map((time) =>
    database.prepare<[number]>(`SELECT no FROM history_chunk INDEXED BY history_chunk_${time}_from
      WHERE entity = ? AND attribute = ? AND ${time}_from < ?
        AND observed_from ${time === 'observed' ? '>' : '='} ${NO_TIME}
      ORDER BY ${time}_from LIMIT ${LOOKED_UP}`),
  );
  const numberOf = (attribute: string) => iris.find(attribute) ?? null;
  return {
    remove: ({ no }, attribute) => removeAll.run(no, numberOf(attribute)).changes > 0,
    removeWithout: ({ no }, attribute, text) =>
      removeWithout.run(no, numberOf(attribute), patternOf(text)).changes > 0,
    edit: ({ no, id }, attribute, text, edit) => {
      for (const [chunk] of having.all(no, numberOf(attribute), patternOf(text))) {
        editOne(chunk, id, edit);
      }
    },
    editDue: ({ no, id }, attribute, { before, limit }, edit) => {
      let changed = 0;
      const chunks = due.flatMap((select) => select.all(no, numberOf(attribute), toColumn(before)));
      for (const [chunk] of chunks) {
        if (editOne(chunk, id, edit)) changed++;
        if (changed === limit) break;
      }
      return changed;
    },
  };
}

/** Characters of a pattern: SQLite refuses long ones. */
const LONGEST_PATTERN = 1000;

/** What LIKE finds every text by that has this one. Its wildcards are left as they are: they find more. */
function patternOf(text: string): string {
  // Half a character would be another one in the database.
  return `%${text.slice(0, LONGEST_PATTERN).replace(/[\uD800-\uDBFF]$/, '')}%`;
}
