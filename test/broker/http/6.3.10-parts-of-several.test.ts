import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { formatDateTime } from '../../../broker/domain/date-time.ts';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import {
  brokerUnderTest,
  contextLink,
  ERRORS,
  LOST_CONTEXT,
  TEMPORAL_PAGE_SIZE,
} from './broker-under-test.ts';

const START = '2026-05-01T00:00:00Z';
const END = '2026-06-01T00:00:00Z';
const minute = (n: number): string => formatDateTime((Date.UTC(2026, 4, 1) + 60_000 * n) * 1000);
const series = (count: number, from: number, step = 1): readonly JsonObject[] =>
  Array.from({ length: count }, (_, n) => ({ value: n, observedAt: minute(from + n * step) }));

async function provide(broker: ReturnType<typeof brokerUnderTest>): Promise<void> {
  const entities = [
    { id: 'urn:p:1', type: 'Pump', flow: series(40, 0, 2), level: series(20, 1, 4) },
    { id: 'urn:p:2', type: 'Pump', flow: series(30, 30) },
    { id: 'urn:p:3', type: 'Pump', flow: series(5, 500) },
  ];
  for (const entity of entities) await broker.api.post('/temporal/entities').send(entity).expect(201);
}

type Instances = readonly JsonObject[];
const instancesIn = (body: readonly JsonObject[]): Instances =>
  body.flatMap((entity) => ['flow', 'level'].flatMap((name) => (entity[name] ?? []) as Instances));

describe('parts of several Temporal Evolutions (clause 6.3.10)', () => {
  const broker = brokerUnderTest();
  beforeAll(() => provide(broker));

  it('are cut at one moment for all Entities, within the number of instances that is set', async () => {
    const { status, headers, body } = await broker.api.get(
      `/temporal/entities?type=Pump&timerel=after&timeAt=${START}`,
    );
    const times = instancesIn(body).map(({ observedAt }) => String(observedAt));
    const end = times.toSorted().at(-1) ?? '';
    expect([status, headers['content-range']]).toEqual([206, `DateTime ${START}-${end}/*`]);
    expect(times.length).toBeLessThanOrEqual(TEMPORAL_PAGE_SIZE);
    const all = [...series(40, 0, 2), ...series(20, 1, 4), ...series(30, 30), ...series(5, 500)];
    expect(times.toSorted()).toEqual(
      all
        .map(({ observedAt }) => String(observedAt))
        .filter((time) => time <= end)
        .toSorted(),
    );
  });

  it('keep Entities and Attributes of which nothing is in the part, empty', async () => {
    const { body } = await broker.api
      .get(`/temporal/entities?type=Pump&timerel=after&timeAt=${START}`)
      .expect(206);
    expect(body).toHaveLength(3);
    expect(body[2]).toEqual({ id: 'urn:p:3', type: 'Pump', flow: [] });
  });

  it.each([
    ['forwards', ''],
    ['backwards', '&lastN=1000'],
    ['forwards in scope of all that q selects', '&q=flow>=0'],
  ])('lead through all histories %s, each instance once', async (_, more) => {
    const isBackwards = more.includes('lastN');
    const met: Json[] = [];
    let interval = `timerel=between&timeAt=${START}&endTimeAt=${END}`;
    for (let status = 206; status === 206; ) {
      const answer = await broker.api.get(`/temporal/entities?type=Pump&${interval}${more}`);
      status = answer.status;
      met.push(...instancesIn(answer.body).map(({ instanceId = null }) => instanceId));
      const end = answer.headers['content-range']?.match(/Z-(.*)\//)?.[1] ?? '';
      interval = isBackwards
        ? `timerel=between&timeAt=${START}&endTimeAt=${end}`
        : `timerel=between&timeAt=${end.replace('Z', '.000001Z')}&endTimeAt=${END}`;
    }
    expect([met.length, new Set(met).size]).toEqual([95, 95]);
  });

  it.each(['', '&q=flow==0'])('lead through page after page of Entities that are named: %s', async (q) => {
    const met: Json[] = [];
    for (let offset = 0; offset < 4; offset += 2) {
      let search = `limit=2&offset=${offset}&timerel=after&timeAt=${START}${q}`;
      for (let status = 206; status === 206; ) {
        const answer = await broker.api.get(`/temporal/entities?type=Pump&${search}`);
        status = answer.status;
        met.push(...instancesIn(answer.body).map(({ instanceId = null }) => instanceId));
        const ids = (answer.body as Instances).map(({ id }) => id).join();
        const end = answer.headers['content-range']?.match(/Z-(.*)\//)?.[1] ?? '';
        search = `id=${ids}&timerel=after&timeAt=${end.replace('Z', '.000001Z')}`;
      }
    }
    expect([met.length, new Set(met).size]).toEqual([95, 95]);
  });

  it('are of the Entities of one page', async () => {
    const { status, body } = await broker.api.get(
      `/temporal/entities?type=Pump&limit=1&offset=2&timerel=after&timeAt=${START}`,
    );
    expect([status, instancesIn(body).length]).toEqual([200, 5]);
  });
});

describe('shares of Temporal Evolutions (SPEC_PROFILE=104)', () => {
  const broker = brokerUnderTest({ profile: '104' });
  beforeAll(() => provide(broker));

  const linksOf = (header: string | undefined): ReadonlyMap<string, string> =>
    new Map(
      [...(header ?? '').matchAll(/<([^>]*)>; rel="(interval\w+)"/g)].map(([, url = '', rel = '']) => [
        rel,
        url.replace('/ngsi-ld/v1', ''),
      ]),
    );

  it.each([
    ['firstN=4', [0, 1, 2, 3], 'intervalafter', [4, 5, 6, 7]],
    ['lastN=4', [39, 38, 37, 36], 'intervalbefore', [35, 34, 33, 32]],
    ['firstN=3&offsetN=2', [2, 3, 4], 'intervalafter', [5, 6, 7]],
  ])('?%s answers 200 and links what comes next', async (search, values, relation, next) => {
    const read = async (url: string) => {
      const { body, headers } = await broker.api.get(url).expect(200);
      return { links: linksOf(headers['link']), values: body.flow.map(({ value }: JsonObject) => value) };
    };
    const first = await read(`/temporal/entities/urn:p:1?${search}`);
    expect(first.values).toEqual(values);
    const second = await read(first.links.get(relation) ?? '');
    expect(second.values).toEqual(next);
    const back = relation === 'intervalafter' ? 'intervalbefore' : 'intervalafter';
    expect(second.links.has(back)).toBe(true);
  });

  it('has no links where everything is shown', async () => {
    const { headers } = await broker.api.get('/temporal/entities/urn:p:3?firstN=5').expect(200);
    expect(headers['link'] ?? '').not.toContain('interval');
  });

  it('fills an answer where no number is asked for, and walks to the end by its links', async () => {
    let url: string | undefined = `/temporal/entities?type=Pump&timerel=after&timeAt=${START}`;
    const met: Json[] = [];
    while (url !== undefined) {
      const answer: Response = await broker.api.get(url).expect(200);
      const instances = instancesIn(answer.body);
      expect(instances.length).toBeLessThanOrEqual(TEMPORAL_PAGE_SIZE);
      met.push(...instances.map(({ instanceId = null }) => instanceId));
      url = linksOf(answer.headers['link']).get('intervalafter');
    }
    expect([met.length, new Set(met).size]).toEqual([95, 95]);
  });

  it.each([
    ['lastN in its body', { lastN: 4 }, 'intervalbefore'],
    ['nothing of the number', {}, 'intervalafter'],
  ])('links what comes next where the same Query is sent again: with %s', async (_, count, relation) => {
    const query = {
      type: 'Query',
      entities: [{ type: 'Pump' }],
      temporalQ: { timerel: 'after', timeAt: START, ...count },
    };
    let url: string | undefined = '/temporal/entityOperations/query';
    const met: Json[] = [];
    while (url !== undefined) {
      const answer: Response = await broker.api.post(url).send(query).expect(200);
      met.push(...instancesIn(answer.body).map(({ instanceId = null }) => instanceId));
      url = linksOf(answer.headers['link']).get(relation);
    }
    expect([met.length, new Set(met).size]).toEqual([95, 95]);
  });

  it('shows instances without the time property as the oldest', async () => {
    const id = 'urn:p:4';
    const flow = [...series(2, 0), { value: 'untimed' }];
    await broker.api.post('/temporal/entities').send({ id, type: 'Other', flow }).expect(201);
    const valuesOf = async (search: string) => {
      const { body } = await broker.api.get(`/temporal/entities/${id}?${search}`).expect(200);
      return body.flow.map(({ value }: JsonObject) => value);
    };
    expect(await valuesOf('firstN=2')).toEqual(['untimed', 0]);
    expect(await valuesOf('lastN=3')).toEqual([1, 0, 'untimed']);
    expect(await valuesOf('lastN=1&offsetN=2')).toEqual(['untimed']);
  });

  it('gives time ranges to who prefers a version 1.n', async () => {
    const { headers } = await broker.api
      .get('/temporal/entities/urn:p:1')
      .set('Prefer', 'ngsi-ld=1.8')
      .expect(206);
    expect(headers['content-range']).toMatch(/^DateTime /);
  });

  it('refuses counting from both ends', async () => {
    const { body } = await broker.api.get('/temporal/entities/urn:p:1?firstN=1&lastN=1').expect(400);
    expect(body.detail).toMatch(/firstN and lastN/);
  });

  it.each([
    ['firstN=3', { Prefer: 'ngsi-ld=1.9' }],
    ['offsetN=3', { Prefer: 'ngsi-ld=1.8' }],
    ['firstN=3&aggrMethods=avg', {}],
    ['lastN=3&offsetN=3&aggrMethods=avg', {}],
  ])('does not pass over what it cannot count by: ?%s with %j', async (search, headers) => {
    const { body } = await broker.api.get(`/temporal/entities/urn:p:1?${search}`).set(headers).expect(400);
    expect(body.detail).toMatch(/^(firstN|offsetN) counts instances.*leave it out/);
  });
});

describe('SPEC_PROFILE=1.8', () => {
  const broker = brokerUnderTest({ profile: '1.8' });

  it('answers 503 for an @context that cannot be had', async () => {
    const { body } = await broker.api
      .get('/entities?type=Pump')
      .set('Link', contextLink(LOST_CONTEXT))
      .expect(503);
    expect(body).toMatchObject({ type: `${ERRORS}LdContextNotAvailable`, status: 503 });
  });
});
