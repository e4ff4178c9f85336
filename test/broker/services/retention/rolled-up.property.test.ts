import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AggregationMethod } from '../../../../broker/domain/aggregation/methods.ts';
import { parseDuration } from '../../../../broker/domain/duration.ts';
import type { Json, JsonObject, Micros } from '../../../../broker/domain/entity.ts';
import { createTemporalEntityService } from '../../../../broker/services/temporal-entities.ts';
import type { TemporalView } from '../../../../broker/services/temporal-view.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { openStoreAt } from '../../notifications/notifying-broker.ts';

const ID = 'urn:ngsi-ld:Meter:1';
const FLOW = 'urn:v:flow';
const START: Micros = Date.UTC(2026, 0, 30) * 1000;
/** What a roll-up tells of. */
const METHODS: readonly AggregationMethod[] = ['totalCount', 'sum', 'avg', 'min', 'max', 'stddev', 'sumsq'];
const BY_MONTH = Date.UTC(2026, 1, 1) * 1000;

const value = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.boolean(),
  fc.constantFrom<Json>('on', 'off', [1, 2], [], { a: 1 }),
);
const measured = fc.record({
  value,
  at: fc.integer({ min: 0, max: 4 * 24 * 60 }).map((minutes) => START + minutes * 60_000_000),
  datasetId: fc.constantFrom(undefined, undefined, 'urn:d:1'),
});
/** Instances that equal a stored one are dropped, but not those that equal one that was rolled up. */
const histories = fc.uniqueArray(measured, {
  minLength: 1,
  maxLength: 60,
  selector: ({ at, datasetId }) => `${at} ${datasetId}`,
});
type Measured = Parameters<Parameters<typeof measured.map>[0]>[0];

function toInstance({ value, at, datasetId }: Measured, n: number): HistoryInstance {
  const said = { observedAt: at, createdAt: 1, modifiedAt: 1, ...(datasetId !== undefined && { datasetId }) };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${n}`, entityId: ID, attribute: FLOW, kind: 'Property', ...said },
    attributeInstance: { kind: 'Property', value, ...said },
  };
}

const names = { compact: (name: string) => name } as never;

async function aggregate(store: Store, view: Partial<TemporalView>) {
  const service = createTemporalEntityService({ store, pageSize: 1000 });
  const scope = { tenant: '', context: names } as never;
  const form = { form: 'normalized', sysAttrs: false } as unknown as TemporalView;
  return service.retrieveTemporalEntity(
    ID,
    { ...form, query: { timeproperty: 'observedAt', from: START, to: START + 5 * DAY }, ...view },
    scope,
  );
}

/** Sums are added up in another order, so the last digits may differ; and so may the order of datasets. */
function comparable(body: JsonObject): Json {
  const rounded = JSON.parse(
    JSON.stringify(body, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(9)) + 0 : one)),
  );
  const series = [rounded[FLOW] ?? []].flat() as { readonly datasetId?: string }[];
  series.sort((one, other) => ((one.datasetId ?? '') < (other.datasetId ?? '') ? -1 : 1));
  return { ...rounded, [FLOW]: series };
}

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = openStoreAt(':memory:', () => START + 10 * DAY);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const entity = { id: ID, types: ['urn:v:Meter'], scopes: [], createdAt: 1, modifiedAt: 1 };

describe('aggregated values', () => {
  it('are the same before values are rolled up and after, whatever came late', async () => {
    const periods = fc.constantFrom(
      ...[
        { text: 'PT1H', hours: true },
        { text: 'PT3H', hours: true },
        { text: 'P1D', hours: false },
        { text: 'P2D', hours: false },
        { text: 'P1M', hours: false },
        { text: 'PT0S', hours: false },
      ],
    );
    await fc.assert(
      fc.asyncProperty(
        ...[histories, fc.nat(), periods],
        fc.record({ raw: fc.integer({ min: 0, max: 120 }), days: fc.integer({ min: 0, max: 5 }) }),
        async (all, cut, period, { raw, days }) => {
          await withStore(async (store) => {
            const { temporal } = store.of('');
            const instances = all.map(toInstance);
            const late = cut % instances.length;
            const duration = parseDuration(period.text);
            const isWhole = period.text === 'PT0S';
            const view: Partial<TemporalView> = {
              aggregation: { methods: METHODS, ...(!isWhole && duration && { duration }) },
              ...(period.text === 'P1M' && {
                query: { timeproperty: 'observedAt', from: BY_MONTH - 31 * DAY, to: BY_MONTH + 28 * DAY },
              }),
            };
            const hourly = { raw: START + raw * HOUR, hourly: START - DAY };
            const daily = { ...hourly, hourly: START + Math.min(days * DAY, raw * HOUR), daily: START - DAY };
            const retain = async () => {
              const cutoffs = period.hours
                ? hourly
                : { ...daily, hourly: Math.floor(daily.hourly / DAY) * DAY };
              while (!(await temporal.rollUps.retain(ID, () => cutoffs)).isDone);
            };
            await temporal.append(entity, instances);
            const before = await aggregate(store, view);
            await temporal.removeEntity(ID);
            await temporal.append(entity, instances.slice(late));
            await retain();
            await temporal.append(entity, instances.slice(0, late));
            const between = await aggregate(store, view);
            await retain();
            const after = await aggregate(store, view);
            expect(comparable(between.body)).toEqual(comparable(before.body));
            expect(comparable(after.body)).toEqual(comparable(before.body));
            expect([...(after.gaps ?? [])]).toEqual([]);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('say where a period is finer than what was rolled up, and give that with its own period', async () => {
    await withStore(async (store) => {
      const { temporal } = store.of('');
      const all = [3, 5].map((value, n) =>
        toInstance({ value, at: START + n * 60_000_000 * 20, datasetId: undefined }, n),
      );
      await temporal.append(entity, [
        ...all,
        toInstance({ value: 9, at: START + HOUR, datasetId: undefined }, 9),
      ]);
      await temporal.rollUps.retain(ID, () => ({ raw: START + HOUR, hourly: START }));
      const duration = parseDuration('PT15M');
      const { body, gaps } = await aggregate(store, {
        aggregation: { methods: ['sum', 'distinctCount'], ...(duration && { duration }) },
      });
      const quarter = ['2026-01-30T01:00:00Z', '2026-01-30T01:15:00Z'];
      expect(body[FLOW]).toEqual({
        type: 'Property',
        sum: [
          [8, '2026-01-30T00:00:00Z', '2026-01-30T01:00:00Z'],
          [9, ...quarter],
        ],
        distinctCount: [[1, ...quarter]],
      });
      expect([...(gaps ?? [])]).toEqual(['coarser', 'distinctCount']);
    });
  });

  it('of the last instances take roll-ups whole or not at all', async () => {
    await withStore(async (store) => {
      const { temporal } = store.of('');
      const all = Array.from({ length: 6 }, (_, n) =>
        toInstance({ value: n, at: START + n * (HOUR / 2), datasetId: undefined }, n),
      );
      await temporal.append(entity, all);
      await temporal.rollUps.retain(ID, () => ({ raw: START + 2 * HOUR, hourly: START }));
      const aggregation = { methods: ['sum'] as const };
      const sumOf = async (lastN: number) => {
        const { body, gaps = new Set() } = await aggregate(store, { aggregation, lastN });
        const { sum } = body[FLOW] as { sum: [[number]] };
        return [sum[0][0], [...gaps]];
      };
      expect(await sumOf(2)).toEqual([9, []]);
      expect(await sumOf(4)).toEqual([14, []]);
      expect(await sumOf(3)).toEqual([9, ['leftOut']]);
      expect(await sumOf(9)).toEqual([15, []]);
    });
  });
});
