import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { formatDateTime, nextMoment, requireDateTime } from '../../../broker/domain/date-time.ts';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { type BrokerUnderTest, brokerUnderTest } from './broker-under-test.ts';

const minute = (n: number): string => formatDateTime((Date.UTC(2026, 4, 1) + 60_000 * n) * 1000);
const [START, END] = [minute(5), minute(35)];

const point = fc.record(
  {
    attribute: fc.constantFrom('flow', 'level'),
    at: fc.nat({ max: 40 }),
    datasetId: fc.constantFrom('urn:d:1', 'urn:d:2'),
  },
  { requiredKeys: ['attribute'] },
);
const history = fc.array(point, { minLength: 1, maxLength: 70, size: 'max' });
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

const filters = {
  all: ['', () => true],
  pick: ['&pick=flow', ({ attribute }) => attribute === 'flow'],
  omit: ['&omit=flow', ({ attribute }) => attribute !== 'flow'],
  datasets: ['&datasetId=@none,urn:d:2', ({ datasetId }) => datasetId !== 'urn:d:1'],
  scope: ['&scopeQ=/S', () => true],
} as const satisfies Readonly<Record<string, readonly [string, (point: History[number]) => boolean]>>;
const filter = fc.constantFrom(...(Object.keys(filters) as (keyof typeof filters)[]));

let runs = 0;

/** Provides the histories of Entities of a new type, each instance with a value of its own: `urn, number`. */
async function provide({ api }: BrokerUnderTest, histories: readonly History[]): Promise<string> {
  const type = `Pump${++runs}`;
  for (const [index, points] of histories.entries()) {
    const entity: Record<string, unknown> = { id: `urn:p:${runs}:${index}`, type, scope: '/S' };
    for (const name of ['flow', 'level']) {
      entity[name] = points.flatMap(({ attribute, at, datasetId }, n) =>
        attribute === name
          ? [{ value: `${index}-${n}`, datasetId, ...(at !== undefined && { observedAt: minute(at) }) }]
          : [],
      );
    }
    await api.post('/temporal/entities').send(entity).expect(201);
  }
  return type;
}

function expected(
  histories: readonly History[],
  isShown: (point: History[number]) => boolean,
): readonly string[] {
  const isWithin = ({ at }: History[number]) => at !== undefined && at >= 5 && at < 35;
  return histories
    .flatMap((points, index) =>
      points.flatMap((one, n) => (isWithin(one) && isShown(one) ? [`${index}-${n}`] : [])),
    )
    .sort();
}

const valuesIn = ({ body }: Response): readonly string[] =>
  (body as readonly JsonObject[]).flatMap((entity) =>
    ['flow', 'level'].flatMap((name) =>
      ((entity[name] ?? []) as readonly JsonObject[]).map(({ value }) => String(value)),
    ),
  );

/** Follows time ranges as a client does. */
async function byRanges(
  { api }: BrokerUnderTest,
  search: string,
  isBackwards: boolean,
): Promise<readonly string[]> {
  const met: string[] = [];
  let [from, to] = [START, END];
  for (;;) {
    const lastN = isBackwards ? '&lastN=1000' : '';
    const answer = await api.get(
      `/temporal/entities?${search}${lastN}&timerel=between&timeAt=${from}&endTimeAt=${to}`,
    );
    met.push(...valuesIn(answer));
    if (answer.status === 200) return met;
    const [, start, end = ''] = /^DateTime (\S+Z)-(\S+Z)\//.exec(answer.headers['content-range'] ?? '') ?? [];
    expect([answer.status, start]).toEqual([206, isBackwards ? to : from]);
    if (isBackwards) to = end;
    else from = formatDateTime(nextMoment(requireDateTime(end, 'end')));
  }
}

async function byLinks(
  { api }: BrokerUnderTest,
  search: string,
  relation: string,
): Promise<readonly string[]> {
  const met: string[] = [];
  let url: string | undefined =
    `/temporal/entities?${search}&timerel=between&timeAt=${START}&endTimeAt=${END}`;
  while (url !== undefined) {
    const answer: Response = await api.get(url).expect(200);
    met.push(...valuesIn(answer));
    const link: RegExpExecArray | null = new RegExp(`<([^>]*)>; rel="${relation}"`).exec(
      answer.headers['link'] ?? '',
    );
    url = link?.[1]?.replace('/ngsi-ld/v1', '');
  }
  return met;
}

const histories = fc.array(history, { minLength: 1, maxLength: 3 });

describe('the parts of random histories lead to each instance of the interval exactly once', () => {
  const broker = brokerUnderTest();

  it('by the time ranges of clause 6.3.10, forwards and backwards', async () => {
    await fc.assert(
      fc.asyncProperty(histories, filter, fc.boolean(), async (all, name, isBackwards) => {
        const [search, isShown] = filters[name];
        const type = await provide(broker, all);
        const met = await byRanges(broker, `type=${type}${search}`, isBackwards);
        expect([...met].sort()).toEqual(expected(all, isShown));
      }),
      { numRuns: 60 },
    );
  });
});

describe('the shares of random histories lead to each instance of the interval exactly once', () => {
  const broker = brokerUnderTest({ profile: '104' });

  it('by the links of TS 104 176, from either end', async () => {
    const ways = fc.constantFrom(['', 'after'], ['&firstN=3', 'after'], ['&lastN=4', 'before']);
    await fc.assert(
      fc.asyncProperty(histories, filter, ways, async (all, name, [count, way]) => {
        const [search, isShown] = filters[name];
        const type = await provide(broker, all);
        const met = await byLinks(broker, `type=${type}${search}${count}`, `interval${way}`);
        expect([...met].sort()).toEqual(expected(all, isShown));
      }),
      { numRuns: 60 },
    );
  });
});
