import type { Entity } from '../../domain/entity.ts';
import type { Geometry } from '../../domain/geometry/geometry.ts';
import type { AttributePath } from '../../domain/query/attribute-query.ts';
import { compilePoints, compilePresence, type ValuePoint } from '../../domain/query/value-spans.ts';
import type { Session } from './session.ts';

/** What an index has of each Entity: the values that a path leads to, whether it leads to something, or where it is. */
export type Subject =
  | { readonly of: 'values' | 'presence'; readonly path: AttributePath }
  | { readonly of: 'cells'; readonly attribute: string };

/** One row of an Entity in an index. */
export interface PointRow {
  readonly kind: number;
  readonly at: string | number;
}

/** How kinds of points stand in the table. */
export const valueKinds: Readonly<Record<ValuePoint['kind'], number>> = {
  number: 0,
  instant: 1,
  time: 2,
  boolean: 3,
  text: 4,
};
/** Of an Entity with more points than can be listed there is one row, of this kind, which is in every span. */
export const COUNTLESS: PointRow = { kind: 5, at: 0 };
export const PRESENT: PointRow = { kind: 6, at: 0 };
export const ABSENT: PointRow = { kind: 7, at: 0 };
export const CELL = 8;

/** The rows of an Entity, perhaps some of them twice. */
export type RowsOf = (entity: Entity) => readonly PointRow[];

/** Makes the finder of the rows, once for many Entities. */
export function compileRows(subject: Subject, cellsOf: Session['cellsOf']): RowsOf {
  switch (subject.of) {
    case 'values':
      return valueRows(subject.path);
    case 'presence':
      return presenceRows(subject.path);
    case 'cells':
      return cellRows(subject.attribute, cellsOf);
  }
}

function valueRows(path: AttributePath): RowsOf {
  const pointsOf = compilePoints(path);
  return (entity) =>
    pointsOf(entity)?.map(({ kind, at }) => ({ kind: valueKinds[kind], at: columnOf(at) })) ?? [COUNTLESS];
}

/** What a point's value is in the table. */
export function columnOf(at: ValuePoint['at']): string | number {
  return typeof at === 'boolean' ? Number(at) : at;
}

function presenceRows(path: AttributePath): RowsOf {
  const presenceOf = compilePresence(path);
  return (entity) => {
    const { mayBe, mayBeNot } = presenceOf(entity);
    return [...(mayBe ? [PRESENT] : []), ...(mayBeNot ? [ABSENT] : [])];
  };
}

function cellRows(attribute: string, cellsOf: Session['cellsOf']): RowsOf {
  return ({ attributes }) =>
    (Object.hasOwn(attributes, attribute) ? (attributes[attribute] ?? []) : [])
      .filter(({ kind }) => kind === 'GeoProperty')
      .flatMap(({ value }) => cellsOf(value as unknown as Geometry))
      .map((at) => ({ kind: CELL, at }));
}

/** The Attribute on which the rows depend besides the types; undefined for the Entity itself. */
export function attributeOf(subject: Subject): string | undefined {
  return subject.of === 'cells' ? subject.attribute : subject.path.names[0];
}
