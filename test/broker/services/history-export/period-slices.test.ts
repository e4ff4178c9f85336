import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AggregatedSeries } from '../../../../broker/domain/aggregation/aggregator.ts';
import type { AggregationMethod } from '../../../../broker/domain/aggregation/methods.ts';
import type { Micros } from '../../../../broker/domain/entity.ts';
import { slicedPeriods } from '../../../../broker/services/history-export/period-slices.ts';
import type { TemporalView } from '../../../../broker/services/temporal-view.ts';
import { DAY, HOUR } from '../../../../broker/store/roll-ups.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { memoryStore } from '../../store/memory-store.ts';

const MINUTE: Micros = 60_000_000;
const START: Micros = Date.UTC(2026, 0, 1) * 1000;
const methods: readonly AggregationMethod[] = [
  ...(['totalCount', 'distinctCount', 'sum', 'avg'] as const),
  ...(['min', 'max', 'stddev', 'sumsq'] as const),
];
const entity = { id: 'urn:e:1', types: ['urn:v:Meter'], scopes: [], createdAt: 1, modifiedAt: 1 };
/** Few for long, then one each minute. */
const moments = [
  ...Array.from({ length: 60 }, (_, n) => START + n * DAY),
  ...Array.from({ length: 4000 }, (_, n) => START + 61 * DAY + n * MINUTE),
];

function instanceAt(observedAt: Micros, value: number): HistoryInstance {
  const times = { createdAt: 1, modifiedAt: 1, observedAt };
  return {
    ...{ instanceId: `urn:ngsi-ld:Instance:${value}`, entityId: entity.id, attribute: 'urn:v:flow' },
    ...{ kind: 'Property', ...times, attributeInstance: { kind: 'Property', value, ...times } },
  };
}

let store: Store;
beforeAll(async () => {
  store = memoryStore();
  await store.of('').temporal.append(entity, moments.map(instanceAt));
});
afterAll(() => store.close());

async function slices(query: TemporalView['query'], micros: Micros) {
  const view: TemporalView = { query, form: 'normalized', sysAttrs: false };
  const all: AggregatedSeries[][] = [];
  const told = { onGap: () => undefined, onIneligible: () => undefined };
  const aggregation = { query: { methods, duration: { months: 0, micros } }, view, ...told };
  for await (const series of slicedPeriods(store.of('').temporal, { entity }, aggregation))
    all.push([...series]);
  return all.map((series) => series.flatMap(({ values }) => [...values]));
}

describe('slices of aggregated values', () => {
  it('have all periods once, in the order of time, and no slice has more than memory is for', async () => {
    const all = await slices({ timeproperty: 'observedAt', from: START }, MINUTE);
    const sizes = all.map((slice) => slice.reduce((sum, [, values]) => sum + values.length, 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20_000);
    expect(sizes.length).toBeLessThan(25);
    const sums = all
      .flat()
      .filter(([method]) => method === 'sum')
      .flatMap(([, row]) => row);
    expect(sums).toEqual(moments.map((at, n) => ({ start: at, end: at + MINUTE, value: n })));
  });

  it('end with the time range', async () => {
    const query = { timeproperty: 'observedAt', from: START + DAY / 2, to: START + 3 * DAY } as const;
    const [slice] = await slices(query, 2 * DAY);
    expect(slice?.find(([method]) => method === 'sum')?.[1]).toEqual([
      { start: START + DAY / 2, end: START + 2.5 * DAY, value: 3 },
    ]);
    expect(await slices({ timeproperty: 'observedAt', to: START }, DAY)).toEqual([]);
  });
});

describe('slices between which instances are rolled up', () => {
  const minutes = Array.from({ length: 2400 }, (_, n) => START + n * MINUTE);
  const aggregation = {
    query: { methods: ['totalCount'], duration: { months: 0, micros: MINUTE } },
  } as const;
  const told = { onGap: () => undefined, onIneligible: () => undefined };

  /** How many instances are in slices, where those of some first hours are rolled up behind the first of these. */
  async function counted(from: Micros, hours: number): Promise<number> {
    const { temporal } = rolled.of('');
    const view: TemporalView = {
      query: { timeproperty: 'observedAt', from },
      form: 'normalized',
      sysAttrs: false,
    };
    let count = 0;
    for await (const series of slicedPeriods(temporal, { entity }, { ...aggregation, view, ...told })) {
      for (const { value } of series.flatMap(({ values }) => values.get('totalCount') ?? []))
        count += value as number;
      const cutoffs = { raw: START + hours * HOUR, hourly: START };
      while (!(await temporal.rollUps.retain(entity.id, () => cutoffs)).isDone);
    }
    return count;
  }

  let rolled: Store;
  beforeEach(async () => {
    rolled = memoryStore();
    await rolled.of('').temporal.append(entity, minutes.map(instanceAt));
  });
  afterEach(() => rolled.close());

  it('have each instance once where hours end between them', async () => {
    expect(await counted(START, 20)).toBe(minutes.length);
  });

  it('have each once where they part an hour that stays as it is', async () => {
    expect(await counted(START + MINUTE / 2, 16)).toBe(minutes.length - 1);
  });

  it('break off where they part an hour that comes to be, rather than to lose some of it', async () => {
    await expect(counted(START + MINUTE / 2, 20)).rejects.toMatchObject({ type: 'Unavailable' });
  });

  it('break off also where it takes all that comes behind them', async () => {
    await expect(counted(START + MINUTE / 2, 41)).rejects.toMatchObject({ type: 'Unavailable' });
  });
});
