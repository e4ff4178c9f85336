import type { Entity } from '../../domain/entity.ts';
import type { Session } from './session.ts';
import type { ValueIndex, ValueIndexes } from './value-indexes.ts';
import { attributeOf, type PointRow } from './value-subjects.ts';

/** The rows of all value indexes. */
export interface ValuePoints {
  /** Brings the rows of an Entity to what became of it, in every index that has come as far as its place. */
  change(tenant: number, seq: number, before: Entity | undefined, after: Entity | undefined): void;
  /** Adds the rows of an Entity that an index has not come to yet. */
  add(index: ValueIndex, seq: number, entity: Entity): void;
  /** Takes away at most so many rows of an index; true when there are no more. */
  clear(index: number, most: number): boolean;
}

export function valuePoints({ database }: Session, indexes: ValueIndexes): ValuePoints {
  const insert = database.prepare('INSERT INTO value_point (value_index, kind, at, seq) VALUES (?, ?, ?, ?)');
  const remove = database.prepare(
    'DELETE FROM value_point WHERE value_index = ? AND kind = ? AND at = ? AND seq = ?',
  );
  const clear = database.prepare(`DELETE FROM value_point WHERE (value_index, kind, at, seq) IN
    (SELECT value_index, kind, at, seq FROM value_point WHERE value_index = ? LIMIT ?)`);
  const bring = (
    index: ValueIndex,
    seq: number,
    { had, has }: { readonly had: Rows; readonly has: Rows },
  ): void => {
    for (const [key, { kind, at }] of had) if (!has.has(key)) remove.run(index.no, kind, at, seq);
    for (const [key, { kind, at }] of has) if (!had.has(key)) insert.run(index.no, kind, at, seq);
  };
  return {
    change: (tenant, seq, before, after) => {
      for (const index of indexes.of(tenant)) {
        if (seq > index.builtTo || isUntouched(index, before, after)) continue;
        bring(index, seq, { had: rowsIn(index, before), has: rowsIn(index, after) });
      }
    },
    add: (index, seq, entity) => bring(index, seq, { had: noRows, has: rowsIn(index, entity) }),
    clear: (index, most) => clear.run(index, most).changes < most,
  };
}

type Rows = ReadonlyMap<string, PointRow>;
const noRows: Rows = new Map();

/** What is the same object in both has the same points. */
function isUntouched(
  { subject }: ValueIndex,
  before: Entity | undefined,
  after: Entity | undefined,
): boolean {
  const name = attributeOf(subject);
  if (name === undefined || before === undefined || after === undefined) return false;
  return before.types === after.types && before.attributes[name] === after.attributes[name];
}

/** The rows of the Entity, each once; none when the index is not for it. */
function rowsIn({ type, rowsOf }: ValueIndex, entity: Entity | undefined): Rows {
  if (entity === undefined || (type !== undefined && !entity.types.includes(type))) return noRows;
  return new Map(rowsOf(entity).map((row) => [`${row.kind} ${row.at}`, row]));
}
