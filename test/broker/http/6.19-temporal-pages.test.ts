import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatDateTime } from '../../../broker/domain/date-time.ts';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { brokerUnderTest, TEMPORAL_PAGE_SIZE } from './broker-under-test.ts';

const broker = brokerUnderTest();
const BEFORE = '2019-01-01T01:01:00Z';
const AFTER = '2021-01-01T01:01:00Z';
const twenty = 'urn:ngsi-ld:Vehicle:twenty';
const apart = 'urn:ngsi-ld:Vehicle:apart';
const long = 'urn:ngsi-ld:Vehicle:long';

/** The minute of that number in September 2020. */
const minute = (n: number): string => formatDateTime((Date.UTC(2020, 8, 1) + 60_000 * n) * 1000);

function series(count: number, from: number, type = 'Property'): readonly JsonObject[] {
  const member = type === 'Relationship' ? 'object' : 'value';
  return Array.from({ length: count }, (_, n) => ({
    type,
    [member]: type === 'Relationship' ? `urn:x:${n}` : n,
    observedAt: minute(from + n),
  }));
}

async function provide(id: string, attributes: JsonObject): Promise<void> {
  await broker.api
    .post('/temporal/entities')
    .send({ id, type: 'Vehicle', ...attributes })
    .expect(201);
}

interface Answer {
  readonly status: number;
  readonly range: string | undefined;
  readonly body: JsonObject;
}

async function read(id: string, search = ''): Promise<Answer> {
  const { status, headers, body } = await broker.api.get(`/temporal/entities/${id}?${search}`);
  return { status, range: headers['content-range'], body };
}

/** The times of the instances of an Attribute. */
const timesOf = (instances: Json | undefined): readonly Json[] =>
  (instances as readonly JsonObject[]).map(({ observedAt = null }) => observedAt);

beforeAll(async () => {
  await provide(twenty, { speed: series(20, 0), fuelLevel: series(20, 0) });
  await provide(apart, { speed: series(30, 0), fuelLevel: series(30, 500, 'Relationship') });
  await provide(long, { speed: series(200, 0), fuelLevel: series(90, 50), colour: { value: 'red' } });
});

describe('pages of GET /temporal/entities/{entityId} (clause 6.3.10)', () => {
  it.each([
    ['', minute(0), minute(14), '*'],
    [`timerel=after&timeAt=${BEFORE}`, BEFORE, minute(14), '*'],
    [`timerel=before&timeAt=${AFTER}`, minute(0), minute(14), '*'],
    [`timerel=between&timeAt=${BEFORE}&endTimeAt=${AFTER}`, BEFORE, minute(14), '*'],
    ['timeproperty=observedAt', minute(0), minute(14), '*'],
    ['lastN=20', minute(19), minute(5), '20'],
    [`lastN=20&timerel=after&timeAt=${BEFORE}`, minute(19), minute(5), '20'],
    [`lastN=20&timerel=before&timeAt=${AFTER}`, AFTER, minute(5), '20'],
    [`lastN=20&timerel=between&timeAt=${BEFORE}&endTimeAt=${AFTER}`, AFTER, minute(5), '20'],
    [`options=temporalValues&timerel=after&timeAt=${BEFORE}`, BEFORE, minute(14), '*'],
  ])('?%s is a part with its time range', async (search, start, end, size) => {
    const { status, range } = await read(twenty, search);
    expect([status, range]).toEqual([206, `DateTime ${start}-${end}/${size}`]);
  });

  it('cuts all Attributes at one moment, within the number of instances that is set', async () => {
    const { body } = await read(twenty);
    expect(timesOf(body['speed'])).toEqual(series(15, 0).map(({ observedAt }) => observedAt));
    expect(timesOf(body['fuelLevel'])).toEqual(timesOf(body['speed']));
    const last = (await read(twenty, 'lastN=20')).body;
    expect(timesOf(last['speed'])[0]).toBe(minute(19));
    expect(timesOf(last['fuelLevel'])).toEqual(timesOf(last['speed']));
  });

  it.each([
    [`timerel=after&timeAt=${BEFORE}`, 'fuelLevel', 'speed'],
    [`timerel=before&timeAt=${AFTER}&lastN=100`, 'speed', 'fuelLevel'],
  ])('keeps Attributes of which nothing is left, empty: ?%s', async (search, empty, whole) => {
    const { status, body } = await read(apart, search);
    expect([status, body[empty]]).toEqual([206, []]);
    expect(body[whole]).toHaveLength(TEMPORAL_PAGE_SIZE);
    const values = (await read(apart, `${search}&format=temporalValues`)).body[empty];
    expect(values).toEqual(
      empty === 'speed' ? { type: 'Property', values: [] } : { type: 'Relationship', objects: [] },
    );
  });

  it.each([
    [twenty, 'pick=speed'],
    [twenty, 'omit=speed'],
    [twenty, 'lastN=15'],
    [twenty, `timerel=before&timeAt=${minute(15)}`],
    [long, 'pick=id,type'],
    [long, 'pick=colour'],
    [long, 'lastN=10'],
  ])('%s?%s is whole, without a range', async (id, search) => {
    const { status, range } = await read(id, search);
    expect([status, range]).toEqual([200, undefined]);
  });

  it('does not count what is omitted', async () => {
    const { status, body } = await read(long, 'omit=speed,colour');
    expect([status, body['speed']]).toEqual([206, undefined]);
    expect(timesOf(body['fuelLevel'])).toHaveLength(TEMPORAL_PAGE_SIZE);
  });

  it.each(['forwards', 'backwards'])('leads through a long history %s, each instance once', async (way) => {
    const isForwards = way === 'forwards';
    const met: Json[] = [];
    let search = isForwards ? `timerel=after&timeAt=${BEFORE}` : `timerel=before&timeAt=${AFTER}&lastN=500`;
    for (let status = 206; status === 206; ) {
      const answer = await read(long, `attrs=speed,fuelLevel&${search}`);
      status = answer.status;
      const found = ['speed', 'fuelLevel'].flatMap(
        (name) => (answer.body[name] ?? []) as readonly JsonObject[],
      );
      met.push(...found.map(({ instanceId = null }) => instanceId));
      const end = answer.range?.match(/Z-(.*)\//)?.[1] ?? '';
      search = isForwards
        ? `timerel=after&timeAt=${end.replace('Z', '.000001Z')}`
        : `timerel=before&timeAt=${end}&lastN=500`;
    }
    expect([met.length, new Set(met).size]).toEqual([290, 290]);
  });

  it('tells when instances without the time were modified, where it has no others', async () => {
    const id = 'urn:ngsi-ld:Vehicle:untimed';
    const name = Array.from({ length: 40 }, (_, n) => ({ value: n }));
    await provide(id, { name });
    const { status, range, body } = await read(id);
    expect(status).toBe(206);
    expect(range).toMatch(/^DateTime 2026-06-01T12:[^/]*Z-2026-06-01T12:[^/]*Z\/\*$/);
    expect(body['name']).toHaveLength(TEMPORAL_PAGE_SIZE);
  });

  it('warns where a moment has more than an answer may have, and so some that are on no part', async () => {
    const id = 'urn:ngsi-ld:Vehicle:moment';
    const moment = Array.from({ length: 40 }, (_, value) => ({ value, observedAt: minute(100) }));
    await provide(id, { speed: [...series(5, 0), ...moment, ...series(5, 200)], name: moment.slice(0, 3) });
    const warned = async (search: string): Promise<[number, boolean]> => {
      const { status, headers } = await broker.api.get(`/temporal/entities/${id}?${search}`);
      return [status, /199 - "one moment has more/.test(headers['ngsild-warning'] ?? '')];
    };
    expect(await warned('')).toEqual([206, false]);
    expect(await warned(`timerel=after&timeAt=${minute(50)}`)).toEqual([206, true]);
    expect(await warned(`timerel=before&timeAt=${minute(150)}&lastN=100`)).toEqual([206, true]);
    expect(await warned(`timerel=before&timeAt=${minute(150)}&lastN=30&pick=id,speed`)).toEqual([200, false]);
    expect(await warned('pick=name')).toEqual([200, false]);
    expect(await warned(`timerel=after&timeAt=${minute(101)}`)).toEqual([200, false]);
  });
});
