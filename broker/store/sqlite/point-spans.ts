import type { Condition } from '../../domain/query/condition.ts';
import { LONGEST_TEXT, type ValueSpan } from '../../domain/query/value-spans.ts';
import type { Sql } from './condition.ts';
import { ABSENT, CELL, COUNTLESS, columnOf, PRESENT, valueKinds } from './value-subjects.ts';

/** Rows of value_point that may pass a test, of one kind: those with a value, in a range, or with a text in theirs. */
export type PointSpan =
  | { readonly kind: number; readonly at: string | number }
  | {
      readonly kind: number;
      readonly from?: string | number;
      readonly to?: string | number;
      readonly below?: string;
    }
  | { readonly kind: number; readonly contains: string };

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
        ...joinedCells(condition.cells),
        ...condition.enclosing.map((cell) => ({ kind: CELL, at: cell })),
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
function joinedCells(cells: readonly string[]): readonly PointSpan[] {
  const ranges: { readonly from: string; readonly below: string }[] = [];
  for (const cell of [...cells].sort()) {
    const last = ranges.at(-1);
    const below = behindCell(cell);
    // What ends in zeros begins where the cell without them does.
    if (last === undefined || cell.replace(/0+$/, '') > last.below) ranges.push({ from: cell, below });
    else if (below > last.below) ranges[ranges.length - 1] = { from: last.from, below };
  }
  return ranges.map((range) => ({ kind: CELL, ...range }));
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

/** The test of a row of value_point, by the name that it has in the statement. */
export function spanTest(span: PointSpan, row: string): Sql {
  const tests = [[`${row}.kind = ?`, span.kind] as const, ...testsOf(span, `${row}.at`)];
  return {
    text: tests.map(([test]) => test).join(' AND '),
    values: tests.flatMap(([, ...values]) => values),
  };
}

/** The test of a row that it is in one of the spans. */
export function spansTest(spans: readonly PointSpan[], row: string): Sql {
  const tests = spans.map((span) => spanTest(span, row));
  if (tests.length === 0) return { text: '0', values: [] };
  return {
    text: `(${tests.map(({ text }) => `(${text})`).join(' OR ')})`,
    values: tests.flatMap(({ values }) => values),
  };
}

type Test = readonly [text: string, ...values: readonly (string | number)[]];

function testsOf(span: PointSpan, at: string): readonly Test[] {
  if ('at' in span) return [[`${at} = ?`, span.at]];
  if ('contains' in span)
    return [[`(instr(${at}, ?) > 0 OR length(${at}) >= ?)`, span.contains, LONGEST_TEXT]];
  const { from, to, below } = span;
  return [
    ...(from === undefined ? [] : [[`${at} >= ?`, from] as const]),
    ...(to === undefined ? [] : [[`${at} <= ?`, to] as const]),
    ...(below === undefined ? [] : [[`${at} < ?`, below] as const]),
  ];
}
