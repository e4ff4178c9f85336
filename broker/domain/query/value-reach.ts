import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import type { Attribute } from '../entity.ts';
import { type CellCover, cellsOf, lastWithin } from '../geo-cells.ts';
import type { Geometry } from '../geometry/geometry.ts';
import { isText } from '../number-text.ts';
import {
  BEHIND,
  compilePoints,
  LONGEST_TEXT,
  pointText,
  type ValuePoint,
  type ValueSpan,
} from './value-spans.ts';

/**
 * What values can be told apart by without looking at them: numbers, with `true` for 1 and `false` for 0, and behind all
 * of these texts, by their code points. A geometry is told by all cells in its own (`cellsOf`).
 */
export type Mark = number | string;

/** From the lowest to the highest of some marks, both included. */
export interface Reach {
  readonly low: Mark;
  readonly high: Mark;
}

/** The reach of what has no mark, as an object: it meets no other. */
export const NOWHERE: Reach = { low: '', high: Number.NEGATIVE_INFINITY };

/** Whether a mark is in both. */
export function meets(one: Reach, other: Reach): boolean {
  return !isBelow(one.high, other.low) && !isBelow(other.high, one.low);
}

/** What spans both. */
export function spanning(one: Reach, other: Reach): Reach {
  if (one === NOWHERE) return other;
  if (other === NOWHERE) return one;
  return {
    low: isBelow(other.low, one.low) ? other.low : one.low,
    high: isBelow(one.high, other.high) ? other.high : one.high,
  };
}

function isBelow(one: Mark, other: Mark): boolean {
  return typeof one === typeof other ? one < other : typeof one === 'number';
}

/** What spans the values of all these instances, of deletions none; undefined where one has too many values to tell. */
export function reachOf(instances: readonly Attribute[]): Reach | undefined {
  let all = NOWHERE;
  for (const instance of instances) {
    const reach = reachOfOne(instance);
    if (reach === undefined) return undefined;
    all = spanning(all, reach);
  }
  return all;
}

const ANY = 'any';
const pointsOf = compilePoints({ names: [ANY] });

function reachOfOne(instance: Attribute): Reach | undefined {
  const { kind, value } = instance;
  if (typeof value === 'number') return { low: value, high: value };
  if (ATTRIBUTE_KINDS[kind].isDeletion(value)) return NOWHERE;
  if (isText(value)) return reachOfText(value);
  if (kind === 'GeoProperty') return spanningAll(cellsOf(value as unknown as Geometry).map(reachOfCell));
  const alone = { id: '', types: [], scopes: [], createdAt: 0, modifiedAt: 0 };
  return reachOfPoints(pointsOf({ ...alone, attributes: { [ANY]: [instance] } }));
}

/** Of a value that is this text. */
export function reachOfText(text: string): Reach {
  const mark = pointText(text);
  return { low: mark, high: mark };
}

function reachOfPoints(points: readonly ValuePoint[] | undefined): Reach | undefined {
  const marks = points?.map(markOf).filter((mark) => mark !== undefined);
  return marks && spanningAll(marks.map((mark) => ({ low: mark, high: mark })));
}

function reachOfCell(cell: string): Reach {
  return { low: cell, high: lastWithin(cell) };
}

function spanningAll(reaches: readonly Reach[]): Reach {
  return reaches.reduce(spanning, NOWHERE);
}

/** Moments and times are told by their texts. */
function markOf({ kind, at }: ValuePoint): Mark | undefined {
  if (kind === 'instant' || kind === 'time') return undefined;
  return typeof at === 'boolean' ? Number(at) : at;
}

/** The reaches of which one meets that of every value in one of the spans; undefined where that cannot be said. */
export function reachesOfSpans(spans: readonly ValueSpan[]): readonly Reach[] | undefined {
  const reaches = spans.map(reachOfSpan).filter((reach) => reach !== undefined);
  return reaches.length === spans.length ? fewer(reaches) : undefined;
}

/** More are more work than they spare. */
const MOST_REACHES = 16;

/** What has all of these: where they are many, neighbours become one. */
export function fewer(reaches: readonly Reach[]): readonly Reach[] {
  if (reaches.length <= MOST_REACHES) return reaches;
  const inOrder = reaches.toSorted(
    (one, other) => Number(isBelow(other.low, one.low)) - Number(isBelow(one.low, other.low)),
  );
  const size = Math.ceil(inOrder.length / MOST_REACHES);
  return Array.from({ length: Math.ceil(inOrder.length / size) }, (_, n) =>
    inOrder.slice(n * size, (n + 1) * size).reduce(spanning),
  );
}

/** The last text of those that are looked up: they have no code points that take two code units. */
const LAST_TEXT = '\uffff'.repeat(LONGEST_TEXT);

function reachOfSpan(span: ValueSpan): Reach | undefined {
  if (span.kind === 'instant' || span.kind === 'time' || 'contains' in span) return undefined;
  if ('at' in span) {
    const mark = markOf(span);
    return mark === undefined ? undefined : { low: mark, high: mark };
  }
  if (span.kind === 'text') return { low: span.from, high: span.to.replace(BEHIND, LAST_TEXT) };
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = span;
  return { low: from, high: to };
}

/** The same for geometries that a geoquery can find. */
export function reachesOfCells({ cells }: Pick<CellCover, 'cells'>): readonly Reach[] {
  return fewer(cells.map(reachOfCell));
}
