import type { Condition } from '../../domain/query/condition.ts';
import { LONGEST_TEXT, type ValueSpan } from '../../domain/query/value-spans.ts';
import type { Sql } from './condition.ts';
import { ABSENT, CELL, COUNTLESS, columnOf, PRESENT, valueKinds } from './value-subjects.ts';

/** Rows of value_point that may pass a test, of one kind. */
export type PointSpan =
  /** With this value. */
  | { readonly kind: number; readonly at: string | number }
  /** With one of these values. */
  | { readonly kind: number; readonly among: readonly string[] }
  /** From a value to another, both included; without an end it goes on. */
  | { readonly kind: number; readonly from?: string | number; readonly to?: string | number }
  /** In one of these ranges, which stand in their order. */
  | { readonly kind: number; readonly ranges: readonly TextRange[] }
  /** With a text that has this one in it. */
  | { readonly kind: number; readonly contains: string };

interface TextRange {
  readonly from: string;
  /** The first text behind it. */
  readonly below: string;
}

/** Conditions that an index can answer. */
export type IndexedCondition = Extract<Condition, { kind: 'value' | 'presence' | 'cells' }>;

/** The spans in which an Entity that meets the Condition has a row. */
export function pointSpans(condition: IndexedCondition): readonly PointSpan[] {
  switch (condition.kind) {
    case 'value':
      return [COUNTLESS, ...condition.spans.map(valueSpan)];
    case 'presence':
      return [condition.is === 'present' ? PRESENT : ABSENT];
    case 'cells':
      return [
        { kind: CELL, ranges: joinedCells(condition.cells) },
        { kind: CELL, among: condition.enclosing },
      ];
  }
}

function valueSpan(span: ValueSpan): PointSpan {
  const kind = valueKinds[span.kind];
  if ('at' in span) return { kind, at: columnOf(span.at) };
  if ('contains' in span) return { kind, contains: span.contains };
  return {
    kind,
    ...(span.from !== undefined && { from: span.from }),
    ...(span.to !== undefined && { to: span.to }),
  };
}

/** The ranges of what lies in the cells: cells behind each other are one range. */
function joinedCells(cells: readonly string[]): readonly TextRange[] {
  const ranges: TextRange[] = [];
  for (const cell of [...cells].sort()) {
    const last = ranges.at(-1);
    const below = behindCell(cell);
    // What ends in zeros begins where the cell without them does.
    if (last === undefined || cell.replace(/0+$/, '') > last.below) ranges.push({ from: cell, below });
    else if (below > last.below) ranges[ranges.length - 1] = { from: last.from, below };
  }
  return ranges;
}

/** The first token behind all that begin with this one. */
function behindCell(cell: string): string {
  const kept = cell.replace(/3+$/, '');
  return kept === '' ? '4' : kept.slice(0, -1) + String(Number(kept.at(-1)) + 1);
}

/** True when all rows in the spans stand in creation order in their index: those with one value do. */
export function areInOrder(spans: readonly PointSpan[]): boolean {
  return spans.every((span) => 'at' in span);
}

/** True when rows in the spans stand together in their index. */
export function areTogether(spans: readonly PointSpan[]): boolean {
  return spans.every((span) => !('contains' in span));
}

/** The FROM and WHERE that find the rows of an index in the span, as `o`. */
export function spanSource(index: number, span: PointSpan): Sql {
  if ('among' in span || 'ranges' in span) {
    const [list, test] =
      'among' in span
        ? [span.among, 'o.at = s.value']
        : [
            span.ranges.map(({ from, below }) => [from, below]),
            'o.at >= s.value ->> 0 AND o.at < s.value ->> 1',
          ];
    return {
      text: `json_each(?) AS s CROSS JOIN value_point AS o WHERE o.value_index = ? AND o.kind = ? AND ${test}`,
      values: [JSON.stringify(list), index, span.kind],
    };
  }
  const { text, values } = spanTest(span, 'o');
  return { text: `value_point AS o WHERE o.value_index = ? AND ${text}`, values: [index, ...values] };
}

/** The test of a row of value_point, by its name in the statement, that it is in one of the spans. */
export function spansTest(spans: readonly PointSpan[], row: string): Sql {
  const tests = spans.map((span) => spanTest(span, row));
  if (tests.length === 0) return { text: '0', values: [] };
  return {
    text: `(${tests.map(({ text }) => `(${text})`).join(' OR ')})`,
    values: tests.flatMap(({ values }) => values),
  };
}

function spanTest(span: PointSpan, row: string): Sql {
  const { text, values } = valueTest(span, `${row}.at`);
  return { text: `${row}.kind = ?${text === '' ? '' : ` AND ${text}`}`, values: [span.kind, ...values] };
}

function valueTest(span: PointSpan, at: string): Sql {
  if ('at' in span) return { text: `${at} = ?`, values: [span.at] };
  if ('among' in span) {
    // Most are longer than all of these, which is cheaper to see.
    const longest = Math.max(0, ...span.among.map(({ length }) => length));
    return {
      text: `(length(${at}) <= ? AND ${at} IN (SELECT value FROM json_each(?)))`,
      values: [longest, JSON.stringify(span.among)],
    };
  }
  if ('ranges' in span) return rangesTest(span.ranges, at);
  if ('contains' in span) {
    return { text: `(instr(${at}, ?) > 0 OR length(${at}) >= ?)`, values: [span.contains, LONGEST_TEXT] };
  }
  const { from, to } = span;
  const bounds = [
    ...(from === undefined ? [] : [[`${at} >= ?`, from] as const]),
    ...(to === undefined ? [] : [[`${at} <= ?`, to] as const]),
  ];
  return { text: bounds.map(([test]) => test).join(' AND '), values: bounds.map(([, value]) => value) };
}

/**
 * Compares a value with few of the ranges. The last one is repeated until there are as many as a power of 2, so that
 * there are few different texts of statements, which are compiled once.
 */
function rangesTest(ranges: readonly TextRange[], at: string): Sql {
  const last = ranges.slice(-1);
  const padded = Array.from({ length: 2 ** Math.ceil(Math.log2(ranges.length)) - ranges.length }, () => last);
  return halvedTest([...ranges, ...padded.flat()], at);
}

function halvedTest(ranges: readonly TextRange[], at: string): Sql {
  const [first] = ranges;
  if (first === undefined) return { text: '0', values: [] };
  if (ranges.length === 1) return { text: `(${at} >= ? AND ${at} < ?)`, values: [first.from, first.below] };
  const half = Math.floor(ranges.length / 2);
  const [low, high] = [halvedTest(ranges.slice(0, half), at), halvedTest(ranges.slice(half), at)];
  return {
    text: `CASE WHEN ${at} < ? THEN ${low.text} ELSE ${high.text} END`,
    values: [(ranges[half] as TextRange).from, ...low.values, ...high.values],
  };
}
