import { everyType, withFormerTypes, withTypes } from '../history-types.ts';
import type { HistoryEntity } from '../temporal-store.ts';
import type { Session } from './session.ts';

/** Which Entities of the history have a type, or had it: those of their bodies, and those that clients added. */
export interface HistoryTypes {
  /** All types that an Entity has or had, as its row tells. */
  all(no: number): readonly string[];
  /** After the row of an Entity was written that was not known. */
  begin(tenant: number, no: number, entity: HistoryEntity): void;
  /** After the row was written: notes its types, and those of `before` that it has no more. */
  note(tenant: number, no: number, before: readonly string[]): void;
  /** Takes away all; before the row goes. Inside a transaction, as all that write. */
  remove(tenant: number, no: number): void;
  /** Adds those that the row lacks, for good. They stay when a change writes its body. */
  keep(tenant: number, no: number, types: readonly string[]): void;
}

/** The columns of a row that tell of its Entity. */
export type HistoryEntityColumns = [
  body: string,
  addedTypes: string,
  formerTypes: string,
  gone?: string | null,
];
export const historyEntityColumns = 'body, added_types, former_types, gone';

/** The Entity that these columns tell of. */
export function toHistoryEntity([body, added, former, gone = null]: HistoryEntityColumns): HistoryEntity {
  const current = withTypes(JSON.parse(body), JSON.parse(added));
  const entity = former === '[]' ? current : withFormerTypes(current, JSON.parse(former));
  return gone === null ? entity : { ...entity, gone: JSON.parse(gone) };
}

/** More are not remembered of one Entity. */
const MOST_FORMER = 1000;

export function historyTypes({ database, iris }: Session): HistoryTypes {
  const select = database.prepare<HistoryEntityColumns>(
    `SELECT ${historyEntityColumns} FROM history_entity WHERE no = ?`,
  );
  const updateAdded = database.prepare('UPDATE history_entity SET added_types = ? WHERE no = ?');
  const updateFormer = database.prepare('UPDATE history_entity SET former_types = ? WHERE no = ?');
  const insert = database.prepare('INSERT OR IGNORE INTO history_type (tenant, type, no) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM history_type WHERE tenant = ? AND type = ? AND no = ?');
  const read = (no: number): HistoryEntityColumns => select.get(no) ?? ['{"types":[]}', '[]', '[]'];
  const add = (tenant: number, no: number, types: readonly string[]): void => {
    for (const type of types) insert.run(tenant, iris.add(type), no);
  };
  const removeAll = (tenant: number, no: number, types: readonly string[]): void => {
    for (const type of types) remove.run(tenant, iris.add(type), no);
  };
  const all = (no: number): readonly string[] => everyType(toHistoryEntity(read(no)));
  const note: HistoryTypes['note'] = (tenant, no, before) => {
    const [body, added, former] = read(no);
    const { types } = toHistoryEntity([body, added, '[]']);
    const gone = before.filter((type) => !types.includes(type));
    const forgotten = Math.max(gone.length - MOST_FORMER, 0);
    const text = JSON.stringify(gone.slice(forgotten));
    if (text !== former) updateFormer.run(text, no);
    removeAll(tenant, no, gone.slice(0, forgotten));
    add(tenant, no, [...types, ...gone.slice(forgotten)]);
  };
  return {
    all,
    begin: (tenant, no, { types, formerTypes }) => {
      if (formerTypes === undefined) add(tenant, no, types);
      else note(tenant, no, formerTypes);
    },
    note,
    remove: (tenant, no) => removeAll(tenant, no, all(no)),
    keep: (tenant, no, types) => {
      const row = read(no);
      const known = toHistoryEntity(row);
      const lacking = types.filter((type) => !known.types.includes(type));
      if (lacking.length === 0) return;
      updateAdded.run(JSON.stringify([...JSON.parse(row[1]), ...lacking]), no);
      add(tenant, no, lacking);
    },
  };
}
