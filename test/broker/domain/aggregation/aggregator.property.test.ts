import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAggregator } from '../../../../broker/domain/aggregation/aggregator.ts';
import { aggregationBounds } from '../../../../broker/domain/aggregation/bounds.ts';
import { ineligible } from '../../../../broker/domain/aggregation/eligibility.ts';
import type { AggregationMethod } from '../../../../broker/domain/aggregation/methods.ts';
import { formatDateTime, requireDateTime } from '../../../../broker/domain/date-time.ts';
import { type Duration, parseDuration } from '../../../../broker/domain/duration.ts';
import type { Attribute, Micros } from '../../../../broker/domain/entity.ts';

const METHODS: readonly AggregationMethod[] = [
  ...(['totalCount', 'distinctCount', 'sum', 'avg', 'min', 'max', 'stddev', 'sumsq'] as const),
];

interface Measured {
  readonly value: number;
  readonly at: Micros;
}

const moment = fc
  .date({ min: new Date('1895-01-01'), max: new Date('2105-01-01'), noInvalidDate: true })
  .map((date) => date.getTime() * 1000 + (date.getTime() % 1000));
const number = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const measured = fc.record({ value: number, at: moment });
const duration = fc.constantFrom(
  ...['P1M', 'P1Y', 'P2M', 'P13M', 'P1D', 'P7D', 'P1W', 'PT1H', 'P1M1D', 'P1Y6M4DT12H30M5.5S', 'PT0.000001S'],
);
/** Instances near each other, so that some share a period, and an anchor before all of them. */
const history = fc
  .tuple(
    moment,
    fc.array(fc.tuple(number, fc.integer({ min: 0, max: 40_000 })), { minLength: 1, maxLength: 30 }),
    measured,
  )
  .map(([first, rest, one]) => ({
    anchor: first,
    instances: rest.map(
      ([value, hours]): Measured => ({ value, at: first + hours * 3_600_000_000 + (one.at % 1000) ** 2 }),
    ),
  }));

/** The start of a period by the calendar of the language, counted from the anchor. */
function startOf(anchor: Micros, { months, micros }: Duration, index: number): Micros {
  const date = new Date(Math.floor(anchor / 1000));
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + index * months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const shifted = Date.UTC(
    ...([year, month, Math.min(date.getUTCDate(), lastDay)] as [number, number, number]),
    ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()],
  );
  return shifted * 1000 + (anchor - Math.floor(anchor / 1000) * 1000) + index * micros;
}

/** The number of the period that a moment lies in, found by halving. */
function indexOf(anchor: Micros, span: Duration, at: Micros): number {
  let [low, high] = [0, 2 ** 50];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const isBehind = Number.isNaN(startOf(anchor, span, middle)) || startOf(anchor, span, middle) > at;
    if (isBehind) high = middle;
    else low = middle;
  }
  return low;
}

function naive(values: readonly number[]): Readonly<Record<AggregationMethod, number>> {
  const sum = values.reduce((all, value) => all + value, 0);
  const avg = sum / values.length;
  const sumsq = values.reduce((all, value) => all + value * value, 0);
  return {
    ...{
      totalCount: values.length,
      distinctCount: new Set(values.map((value) => JSON.stringify(value))).size,
    },
    ...{ sum, avg, sumsq, min: Math.min(...values), max: Math.max(...values) },
    stddev: Math.sqrt(values.reduce((all, value) => all + (value - avg) ** 2, 0) / values.length),
  };
}

type Rows = ReadonlyMap<
  AggregationMethod,
  readonly { readonly value: unknown; readonly start: Micros; readonly end: Micros }[]
>;

function aggregate(instances: readonly Measured[], anchor: Micros, span: Duration | undefined): Rows {
  const aggregator = createAggregator({
    query: { methods: METHODS, ...(span !== undefined && { duration: span }) },
    anchor,
    onIneligible: (attribute, kind, method) => {
      throw ineligible(attribute, kind, method);
    },
    bounds: aggregationBounds(),
  });
  for (const { value, at } of instances) {
    const instance: Attribute = { kind: 'Property', value, createdAt: at, modifiedAt: at };
    aggregator.add('urn:a', instance, at);
  }
  return aggregator.finish()[0]?.values ?? new Map();
}

const close = (expected: number) => expect.closeTo(expected, Math.abs(expected) > 1e6 ? 0 : 4);

describe('aggregated values (clause 4.5.19)', () => {
  it('are those of a plain evaluation, by periods of the calendar, before 1970 too, in either direction', () => {
    fc.assert(
      fc.property(history, duration, fc.boolean(), ({ anchor, instances }, text, isForwards) => {
        const span = parseDuration(text) as Duration;
        const inOrder = instances.toSorted((one, other) => (isForwards ? 1 : -1) * (one.at - other.at));
        const groups = new Map<number, number[]>();
        for (const { value, at } of instances) {
          const index = indexOf(anchor, span, at);
          groups.set(index, [...(groups.get(index) ?? []), value]);
        }
        const rows = aggregate(inOrder, anchor, span);
        for (const method of METHODS) {
          const expected = [...groups]
            .toSorted(([one], [other]) => one - other)
            .map(([index, values]) => ({
              value: close(naive(values)[method]),
              start: startOf(anchor, span, index),
              end: startOf(anchor, span, index + 1),
            }));
          expect(rows.get(method)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are of everything without a duration, wherever it lies', () => {
    fc.assert(
      fc.property(history, ({ anchor, instances }) => {
        const rows = aggregate(instances, anchor, undefined);
        const values = instances.map(({ value }) => value);
        for (const method of METHODS) {
          expect(rows.get(method)).toEqual([
            {
              value: close(naive(values)[method]),
              start: anchor,
              end: Math.max(...instances.map(({ at }) => at)),
            },
          ]);
        }
      }),
    );
  });

  it('lose nothing of small numbers beside large ones', () => {
    const values = [1e16, 1, -1e16, 1];
    const rows = aggregate(
      values.map((value, at) => ({ value, at })),
      0,
      undefined,
    );
    expect(rows.get('sum')?.[0]?.value).toBe(2);
    const far = aggregate(
      [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16].map((value, at) => ({ value, at })),
      0,
      undefined,
    );
    expect(far.get('stddev')?.[0]?.value).toBeCloseTo(Math.sqrt(22.5), 9);
  });

  it.each([
    ['2023-12-31T10:00:00Z', 'P1M', '2024-02-29T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', '2025-02-28T00:00:00Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', '2028-02-29T00:00:00Z'],
    ['1899-12-31T00:00:00Z', 'P2M', '1900-02-28T00:00:00Z'],
    ['0001-01-31T00:00:00Z', 'P1M', '0001-02-28T00:00:00Z'],
  ])('of periods from %s by %s one begins at %s', (anchor, text, start) => {
    const from = requireDateTime(anchor, 'anchor');
    const at = requireDateTime(start, 'start');
    const rows = aggregate(
      [
        { value: 1, at: from },
        { value: 2, at },
      ],
      from,
      parseDuration(text),
    );
    expect(rows.get('sum')?.map((row) => formatDateTime(row.start))).toEqual([anchor, start]);
  });
});
