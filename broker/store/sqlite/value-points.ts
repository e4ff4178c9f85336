import type { Entity } from '../../domain/entity.ts';
import type { ValuePoint, ValueSpan } from '../../domain/query/value-spans.ts';
import type { Sql } from './condition.ts';
import type { Session } from './session.ts';
import type { ValueIndex, ValueIndexes } from './value-indexes.ts';

/** How kinds of points stand in the table. */
const kinds: Readonly<Record<ValuePoint['kind'], number>> = {
  number: 0,
  instant: 1,
  time: 2,
  boolean: 3,
  text: 4,
};
/** Of an Entity with more points than can be listed there is one row, of this kind, which is in every span. */
const COUNTLESS = 5;

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

interface Row {
  readonly kind: number;
  readonly at: string | number;
}
type Rows = ReadonlyMap<string, Row>;
const noRows: Rows = new Map();
const countless: Rows = new Map([['', { kind: COUNTLESS, at: 0 }]]);

/** What is the same object in both has the same points. */
function isUntouched({ path }: ValueIndex, before: Entity | undefined, after: Entity | undefined): boolean {
  const [name] = path.names;
  if (name === undefined || before === undefined || after === undefined) return false;
  return before.types === after.types && before.attributes[name] === after.attributes[name];
}

/** The rows of the Entity, each once; none when the index is not for it. */
function rowsIn({ type, pointsOf }: ValueIndex, entity: Entity | undefined): Rows {
  if (entity === undefined || (type !== undefined && !entity.types.includes(type))) return noRows;
  const points = pointsOf(entity);
  if (points === undefined) return countless;
  const rows = new Map<string, Row>();
  for (const { kind, at } of points)
    rows.set(`${kinds[kind]} ${at}`, { kind: kinds[kind], at: columnOf(at) });
  return rows;
}

function columnOf(at: ValuePoint['at']): string | number {
  return typeof at === 'boolean' ? Number(at) : at;
}

/** SELECTs of `o.seq` through an index, in no order and perhaps more than once, of what has a point in the spans. */
export function spanSources(index: number, spans: readonly ValueSpan[]): readonly Sql[] {
  return [
    select(index, COUNTLESS, []),
    ...spans.map((span) => select(index, kinds[span.kind], boundsOf(span))),
  ];
}

type Bound = readonly [test: '=' | '>=' | '<=', value: string | number];

function select(index: number, kind: number, bounds: readonly Bound[]): Sql {
  const tests = ['o.value_index = ?', 'o.kind = ?', ...bounds.map(([test]) => `o.at ${test} ?`)];
  return {
    text: `SELECT o.seq FROM value_point AS o WHERE ${tests.join(' AND ')}`,
    values: [index, kind, ...bounds.map(([, value]) => value)],
  };
}

function boundsOf(span: ValueSpan): readonly Bound[] {
  if ('at' in span) return [['=', columnOf(span.at)]];
  return [
    ...(span.from === undefined ? [] : [['>=', span.from] as const]),
    ...(span.to === undefined ? [] : [['<=', span.to] as const]),
  ];
}
