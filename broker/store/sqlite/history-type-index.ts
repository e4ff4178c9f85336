import { withTypes } from '../history-types.ts';
import type { HistoryEntity } from '../store.ts';
import type { Session } from './session.ts';

/** Which Entities of the history have a type: those of their bodies, and those that clients added. */
export interface HistoryTypes {
  /** All types of an Entity as its row tells. */
  all(no: number): readonly string[];
  /** Notes types of an Entity; inside a transaction, as all that follow. */
  add(tenant: number, no: number, types: readonly string[]): void;
  remove(tenant: number, no: number, types: readonly string[]): void;
  /** After the row was written: takes away those of `before` that it has no more, and notes the others. */
  replace(tenant: number, no: number, before: readonly string[]): void;
  /** Adds those that the row lacks, for good. They stay when a change writes its body. */
  keep(tenant: number, no: number, types: readonly string[]): void;
}

export function historyTypes({ database, iris }: Session): HistoryTypes {
  const select = database.prepare<[string, string]>(
    'SELECT body, added_types FROM history_entity WHERE no = ?',
  );
  const update = database.prepare('UPDATE history_entity SET added_types = ? WHERE no = ?');
  const insert = database.prepare('INSERT OR IGNORE INTO history_type (tenant, type, no) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM history_type WHERE tenant = ? AND type = ? AND no = ?');
  const read = (no: number): { readonly added: readonly string[]; readonly all: readonly string[] } => {
    const [body, kept] = select.get(no) ?? ['{"types":[]}', '[]'];
    const added = JSON.parse(kept) as readonly string[];
    return { added, all: withTypes(JSON.parse(body) as HistoryEntity, added).types };
  };
  const add: HistoryTypes['add'] = (tenant, no, types) => {
    for (const type of types) insert.run(tenant, iris.add(type), no);
  };
  const removeAll: HistoryTypes['remove'] = (tenant, no, types) => {
    for (const type of types) remove.run(tenant, iris.add(type), no);
  };
  return {
    all: (no) => read(no).all,
    add,
    remove: removeAll,
    replace: (tenant, no, before) => {
      const { all } = read(no);
      removeAll(
        tenant,
        no,
        before.filter((type) => !all.includes(type)),
      );
      add(tenant, no, all);
    },
    keep: (tenant, no, types) => {
      const { added, all } = read(no);
      const lacking = types.filter((type) => !all.includes(type));
      if (lacking.length === 0) return;
      update.run(JSON.stringify([...added, ...lacking]), no);
      add(tenant, no, lacking);
    },
  };
}
