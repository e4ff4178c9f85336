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
    { had, has }: { readonly had: Points; readonly has: Points },
  ): void => {
    for (const [key, { kind, at }] of had) {
      if (!has.has(key)) remove.run(index.no, kinds[kind], columnOf(at), seq);
    }
    for (const [key, { kind, at }] of has) {
      if (!had.has(key)) insert.run(index.no, kinds[kind], columnOf(at), seq);
    }
  };
  return {
    change: (tenant, seq, before, after) => {
      for (const index of indexes.of(tenant)) {
        if (seq > index.builtTo || isUntouched(index, before, after)) continue;
        bring(index, seq, { had: pointsIn(index, before), has: pointsIn(index, after) });
      }
    },
    add: (index, seq, entity) => bring(index, seq, { had: noPoints, has: pointsIn(index, entity) }),
    clear: (index, most) => clear.run(index, most).changes < most,
  };
}

type Points = ReadonlyMap<string, ValuePoint>;
const noPoints: Points = new Map();

/** What is the same object in both has the same points. */
function isUntouched({ path }: ValueIndex, before: Entity | undefined, after: Entity | undefined): boolean {
  const [name] = path.names;
  if (name === undefined || before === undefined || after === undefined) return false;
  return before.types === after.types && before.attributes[name] === after.attributes[name];
}

/** The points of the Entity, each once; none when the index is not for it. */
function pointsIn({ type, pointsOf }: ValueIndex, entity: Entity | undefined): Points {
  if (entity === undefined || (type !== undefined && !entity.types.includes(type))) return noPoints;
  const points = new Map<string, ValuePoint>();
  for (const point of pointsOf(entity)) points.set(`${kinds[point.kind]} ${point.at}`, point);
  return points;
}

function columnOf(at: ValuePoint['at']): string | number {
  return typeof at === 'boolean' ? Number(at) : at;
}

/** SELECTs of `o.seq` through an index, in no order and perhaps more than once, of what has a point in the spans. */
export function spanSources(index: number, spans: readonly ValueSpan[]): readonly Sql[] {
  return spans.map((span) => {
    const bounds = boundsOf(span);
    return {
      text: `SELECT o.seq FROM value_point AS o WHERE ${['o.value_index = ?', 'o.kind = ?', ...bounds.map(([test]) => `o.at ${test} ?`)].join(' AND ')}`,
      values: [index, kinds[span.kind], ...bounds.map(([, value]) => value)],
    };
  });
}

function boundsOf(span: ValueSpan): readonly (readonly [test: string, value: string | number])[] {
  if ('at' in span) return [['=', columnOf(span.at)]];
  return [
    ...(span.from === undefined ? [] : [['>=', span.from] as const]),
    ...(span.to === undefined ? [] : [['<=', span.to] as const]),
  ];
}
