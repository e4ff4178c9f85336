import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, ERRORS } from './broker-under-test.ts';

const broker = brokerUnderTest();
const ROOT = '/temporal/entities';
const at = (hour: number, minute = 0): string =>
  `2026-05-01T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`;
const MIDNIGHT = '2026-05-02T00:00:00Z';
const DAY = `timerel=between&timeAt=${at(0)}&endTimeAt=${MIDNIGHT}`;

const values = (
  ...all: readonly (readonly [value: Json, hour: number, minute?: number])[]
): readonly JsonObject[] =>
  all.map(([value, hour, minute]) => ({ type: 'Property', value, observedAt: at(hour, minute) }));
const typed = (
  type: string,
  ...all: readonly (readonly [value: string, hour: number])[]
): readonly JsonObject[] =>
  values(...all.map(([value, hour]) => [{ '@type': type, '@value': value }, hour] as const));

async function provide(id: string, attributes: JsonObject, type = 'Meter'): Promise<void> {
  const { status, text } = await broker.api.post(ROOT).send({ id: `urn:m:${id}`, type, ...attributes });
  expect([status, text]).toEqual([201, '']);
}

/** Every aggregated value of one Attribute within the day, by method. */
async function aggregate(id: string, attribute: string, methods: string, more = ''): Promise<JsonObject> {
  const search = `pick=${attribute}&format=aggregatedValues&aggrMethods=${methods}&${more.includes('timerel') ? '' : DAY}${more}`;
  const { body } = await broker.api.get(`${ROOT}/urn:m:${id}?${search}`).expect(200);
  return body[attribute];
}

/** The values of the whole day by method, without their period. */
async function ofDay(attribute: string, methods: string): Promise<Readonly<Record<string, Json>>> {
  const { type: _, ...rows } = (await aggregate('kinds', attribute, methods)) as Record<
    string,
    [[Json, string, string]]
  >;
  return Object.fromEntries(Object.entries(rows).map(([method, [[value]]]) => [method, value]));
}

const COUNTS = 'totalCount,distinctCount';
const ALL = `${COUNTS},sum,avg,min,max,stddev,sumsq`;

beforeAll(async () => {
  await provide('kinds', {
    number: values([2, 1], [4, 2], [4, 3], [4, 4], [5, 5], [5, 6], [7, 7], [9, 8]),
    flag: values([true, 1], [false, 2], [true, 3], [true, 4]),
    text: values(['pear', 1], ['apple', 2], ['pear', 3], ['Zebra', 4]),
    list: values([[1, 2, 3], 1], [[], 2], [[1, 2, 3], 3]),
    thing: values([{ a: 1, b: 2 }, 1], [{ b: 2, a: 1 }, 2], [{ a: 2 }, 3]),
    moment: typed('DateTime', ['2026-01-02T00:00:00Z', 1], ['2026-01-01T23:59:59.9Z', 2]),
    date: typed('Date', ['2026-02-01', 1], ['2025-12-31', 2]),
    time: typed('Time', ['08:00:00Z', 1], ['09:00:01Z', 2], ['10:00:00Z', 3]),
    place: values([{ type: 'Point', coordinates: [4, 51] }, 1]).map((one) => ({
      ...one,
      type: 'GeoProperty',
    })),
    says: [{ type: 'LanguageProperty', languageMap: { en: 'b', nl: 'a' }, observedAt: at(1) }],
    state: [{ type: 'VocabProperty', vocab: 'open', observedAt: at(1) }],
    raw: [{ type: 'JsonProperty', json: { a: null }, observedAt: at(1) }],
    many: [{ type: 'ListProperty', valueList: [1, 2], observedAt: at(1) }],
    links: ['urn:x:1', ['urn:x:1', 'urn:x:2']].map((object, n) => ({
      type: 'Relationship',
      object,
      observedAt: at(n),
    })),
  });
  await provide('hours', {
    flow: values([120, 0, 3], [80, 0, 5], [100, 0, 59], [7, 2], [9, 23, 59]),
    odd: values([1, 1, 1]),
  });
  await provide('sets', {
    flow: [
      { value: 1, observedAt: at(1) },
      { value: 3, observedAt: at(2), datasetId: 'urn:d:1' },
      { value: 5, observedAt: at(3), datasetId: 'urn:d:1' },
    ],
  });
});

describe('aggregation methods (clause 4.5.19.1)', () => {
  it.each<[attribute: string, methods: string, expected: object]>([
    [
      'number',
      ALL,
      { totalCount: 8, distinctCount: 5, sum: 40, avg: 5, min: 2, max: 9, stddev: 2, sumsq: 232 },
    ],
    [
      'flag',
      ALL,
      {
        totalCount: 4,
        distinctCount: 2,
        sum: 3,
        avg: 0.75,
        min: 0,
        max: 1,
        stddev: expect.closeTo(Math.sqrt(0.1875), 12),
        sumsq: 3,
      },
    ],
    ['text', `${COUNTS},min,max`, { totalCount: 4, distinctCount: 3, min: 'Zebra', max: 'pear' }],
    [
      'list',
      `${COUNTS},sum,avg,min,max`,
      { totalCount: 3, distinctCount: 2, sum: 6, avg: 2, min: 0, max: 3 },
    ],
    ['thing', COUNTS, { totalCount: 3, distinctCount: 2 }],
    [
      'moment',
      `${COUNTS},min,max`,
      { totalCount: 2, distinctCount: 2, min: '2026-01-01T23:59:59.9Z', max: '2026-01-02T00:00:00Z' },
    ],
    ['date', `${COUNTS},min,max`, { totalCount: 2, distinctCount: 2, min: '2025-12-31', max: '2026-02-01' }],
    [
      'time',
      `${COUNTS},avg,min,max`,
      { totalCount: 3, distinctCount: 3, avg: '09:00:00.333333Z', min: '08:00:00Z', max: '10:00:00Z' },
    ],
    ['place', COUNTS, { totalCount: 1, distinctCount: 1 }],
    ['says', COUNTS, { totalCount: 1, distinctCount: 1 }],
    ['state', COUNTS, { totalCount: 1, distinctCount: 1 }],
    ['raw', COUNTS, { totalCount: 1, distinctCount: 1 }],
    ['many', `${COUNTS},max`, { totalCount: 1, distinctCount: 1, max: 2 }],
    ['links', COUNTS, { totalCount: 2, distinctCount: 2 }],
  ])('%s has %s', async (attribute, methods, expected) => {
    expect(await ofDay(attribute, methods)).toEqual(expected);
  });

  it.each<[attribute: string, refused: readonly string[]]>([
    ['text', ['sum', 'avg', 'stddev', 'sumsq']],
    ['list', ['stddev', 'sumsq']],
    ['thing', ['sum', 'avg', 'min', 'max', 'stddev', 'sumsq']],
    ['moment', ['sum', 'avg', 'stddev', 'sumsq']],
    ['date', ['sum', 'avg', 'stddev', 'sumsq']],
    ['time', ['sum', 'stddev', 'sumsq']],
    ['state', ['min', 'max']],
    ['place', ['min', 'max']],
    ['links', ['sum', 'avg', 'min', 'max', 'stddev', 'sumsq']],
  ])('refuses what is not for %s: %s (clause 5.7.4.4)', async (attribute, refused) => {
    for (const method of refused) {
      const search = `pick=${attribute}&format=aggregatedValues&aggrMethods=${method}`;
      const { body } = await broker.api.get(`${ROOT}/urn:m:kinds?${search}`).expect(400);
      expect(body).toMatchObject({
        type: `${ERRORS}InvalidRequest`,
        detail: expect.stringContaining(attribute),
      });
    }
  });

  it('shows of Attributes that the request does not name those that the methods are for', async () => {
    const { body } = await broker.api
      .get(`${ROOT}/urn:m:kinds?format=aggregatedValues&aggrMethods=avg,min&${DAY}`)
      .expect(200);
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining([
        'id',
        'type',
        'number',
        'flag',
        'text',
        'list',
        'moment',
        'date',
        'time',
        'many',
      ]),
    );
    expect(body).not.toHaveProperty('links');
    expect(body.text).toEqual({ type: 'Property', avg: [], min: [['Zebra', at(0), MIDNIGHT]] });
  });

  it('takes one language of a LanguageProperty as its text (clause 4.15)', async () => {
    expect(await aggregate('kinds', 'says', 'max', '&lang=nl')).toEqual({
      type: 'Property',
      max: [['a', at(0), MIDNIGHT]],
    });
  });
});

describe('aggregation periods (clauses 4.5.19.0, 4.5.19.1)', () => {
  it('begin at the start of the interval; those without instances are left out', async () => {
    expect(await aggregate('hours', 'flow', 'avg,max', '&aggrPeriodDuration=PT1H')).toEqual({
      type: 'Property',
      avg: [
        [100, at(0), at(1)],
        [7, at(2), at(3)],
        [9, at(23), MIDNIGHT],
      ],
      max: [
        [120, at(0), at(1)],
        [7, at(2), at(3)],
        [9, at(23), MIDNIGHT],
      ],
    });
  });

  it.each([
    ['between', DAY, at(0), MIDNIGHT],
    ['after', `timerel=after&timeAt=${at(0)}`, at(0), at(23, 59)],
    ['before', `timerel=before&timeAt=${MIDNIGHT}`, at(0, 3), MIDNIGHT],
    ['no interval', '', at(0, 3), at(23, 59)],
  ])('span everything without a duration, or with none, %s', async (_, interval, start, end) => {
    for (const duration of ['', '&aggrPeriodDuration=PT0S', '&aggrPeriodDuration=P0D']) {
      const search = `pick=flow&format=aggregatedValues&aggrMethods=sum&${interval}${duration}`;
      const { body } = await broker.api.get(`${ROOT}/urn:m:hours?${search}`).expect(200);
      expect(body.flow.sum).toEqual([[316, start, end]]);
    }
  });

  it.each([
    ['before', `timerel=before&timeAt=${MIDNIGHT}`],
    ['no interval', 'timeproperty=observedAt'],
  ])('begin with the first instance of the Entity that is shown, %s', async (_, interval) => {
    const search = `format=aggregatedValues&aggrMethods=max&aggrPeriodDuration=PT1H&${interval}`;
    const { body } = await broker.api.get(`${ROOT}/urn:m:hours?${search}`).expect(200);
    expect(body.flow.max[0]).toEqual([120, at(0, 3), at(1, 3)]);
    expect(body.odd.max).toEqual([[1, at(0, 3), at(1, 3)]]);
  });

  it('follow the calendar', async () => {
    await provide('months', {
      rain: [
        '2024-01-31T12:00:00Z',
        '2024-02-29T11:00:00Z',
        '2024-02-29T12:00:00Z',
        '2024-03-31T12:00:00Z',
      ].map((observedAt, n) => ({ value: n, observedAt })),
    });
    const interval = '&timerel=after&timeAt=2024-01-31T12:00:00Z';
    expect(await aggregate('months', 'rain', 'sum', `${interval}&aggrPeriodDuration=P1M`)).toEqual({
      type: 'Property',
      sum: [
        [1, '2024-01-31T12:00:00Z', '2024-02-29T12:00:00Z'],
        [2, '2024-02-29T12:00:00Z', '2024-03-31T12:00:00Z'],
        [3, '2024-03-31T12:00:00Z', '2024-04-30T12:00:00Z'],
      ],
    });
  });

  it('aggregates each dataset apart', async () => {
    expect(await aggregate('sets', 'flow', 'avg')).toEqual([
      { type: 'Property', avg: [[1, at(0), MIDNIGHT]] },
      { type: 'Property', datasetId: 'urn:d:1', avg: [[4, at(0), MIDNIGHT]] },
    ]);
    expect(await aggregate('sets', 'flow', 'avg', '&datasetId=urn:d:1')).toMatchObject({
      datasetId: 'urn:d:1',
    });
  });

  it('aggregates the last n instances of each Attribute with lastN', async () => {
    expect(await aggregate('hours', 'flow', 'totalCount,max', '&lastN=3')).toEqual({
      type: 'Property',
      totalCount: [[3, at(0), MIDNIGHT]],
      max: [[100, at(0), MIDNIGHT]],
    });
    const before = `&timerel=before&timeAt=${MIDNIGHT}&aggrPeriodDuration=PT1H&lastN=3`;
    expect(await aggregate('hours', 'flow', 'max', before)).toMatchObject({
      max: [
        [100, at(0, 59), at(1, 59)],
        [7, at(1, 59), at(2, 59)],
        [9, at(23, 59), '2026-05-02T00:59:00Z'],
      ],
    });
  });

  it('is not cut by the number of instances in an answer', async () => {
    const flow = Array.from({ length: 100 }, (_, n) => ({
      value: n,
      observedAt: at(1, n % 60),
      datasetId: `urn:d:${n % 2}`,
    }));
    await provide('long', { flow });
    const { body } = await broker.api
      .get(`${ROOT}?type=Meter&id=urn:m:long&format=aggregatedValues&aggrMethods=totalCount&${DAY}`)
      .expect(200);
    expect(body[0].flow.map(({ totalCount }: { totalCount: [[number]] }) => totalCount[0][0])).toEqual([
      50, 50,
    ]);
  });

  it('counts no deletion, but where deletions are asked for', async () => {
    const id = 'urn:m:gone';
    await broker.api.post('/entities').send({ id, type: 'Meter', flow: 1 }).expect(201);
    await broker.api.delete(`/entities/${id}/attrs/flow`).expect(204);
    const count = async (timeproperty: string) => {
      const search = `format=aggregatedValues&aggrMethods=totalCount&timeproperty=${timeproperty}`;
      return (await broker.api.get(`${ROOT}/${id}?${search}`).expect(200)).body.flow.totalCount[0][0];
    };
    expect([await count('modifiedAt'), await count('deletedAt')]).toEqual([1, 1]);
  });
});

describe('the parameters of an aggregation (table 6.18.3.2-1)', () => {
  it.each([
    ['format=aggregatedValues', /needs aggrMethods/],
    ['options=aggregatedValues', /needs aggrMethods/],
    ['format=aggregatedValues&aggrMethods=', /aggrMethods/],
    ['format=aggregatedValues&aggrMethods=count', /totalCount/],
    ['format=aggregatedValues&aggrMethods=avg,median', /median/],
    ['aggrMethods=avg&aggrPeriodDuration=1h', /aggrPeriodDuration/],
    ['aggrMethods=avg&aggrPeriodDuration=P', /aggrPeriodDuration/],
    ['aggrMethods=avg&aggrPeriodDuration=PT', /aggrPeriodDuration/],
    ['aggrMethods=avg&aggrPeriodDuration=-PT1H', /aggrPeriodDuration/],
    ['aggrMethods=avg&aggrPeriodDuration=P1Y2W', /aggrPeriodDuration/],
    ['aggrMethods=avg&aggrPeriodDuration=P0001-00-04T12:30:05', /aggrPeriodDuration/],
    ['aggrMethods=avg&aggrPeriodDuration=P99999Y', /aggrPeriodDuration/],
  ])('refuses ?%s', async (search, detail) => {
    const { body } = await broker.api.get(`${ROOT}/urn:m:hours?${search}`).expect(400);
    expect(body).toMatchObject({ type: `${ERRORS}BadRequestData`, detail: expect.stringMatching(detail) });
  });

  it.each([
    ['format=aggregatedValues&options=temporalValues&aggrMethods=max', 'max'],
    ['format=temporalValues&options=aggregatedValues&aggrMethods=max', 'values'],
    ['options=aggregatedValues,sysAttrs&aggrMethods=max', 'max'],
    ['aggrMethods=max', 'max'],
  ])('?%s shows %s (clause 6.3.12)', async (search, member) => {
    const { body } = await broker.api.get(`${ROOT}/urn:m:hours?${search}`).expect(200);
    expect(body.flow).toHaveProperty(member);
    expect('createdAt' in body).toBe(search.includes('sysAttrs'));
  });
});
